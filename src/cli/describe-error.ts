import { safeError } from '../core/errors/safe-error.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { explainError } from './exit.ts'

const LONGEST = 300

/** Describes an error as a finding of `doctor`, in the words of a command that fails with it. */
export function describeError(error: unknown): { found: string; fix: string } {
  let root = safeError(error)
  while (root.cause) root = root.cause
  const { code, message } = root
  const found = cleanText(message, LONGEST)
  if (code === '42501') {
    return { found, fix: 'npm run tidings -- grants --role NAME prints the missing rights' }
  }
  const report = explainError(error)
  if (!report) return { found, fix: 'check DATABASE_URL and the server’s log' }
  const [first = found, ...rest] = report.lines.join(' ').split(/(?<=\.) /)
  return {
    found: cleanText(first, LONGEST),
    fix: cleanText(rest.join(' '), LONGEST) || 'check DATABASE_URL',
  }
}

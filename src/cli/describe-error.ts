import { safeError } from '../core/errors/safe-error.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { explainError } from './exit.ts'

const LONGEST = 300

/** An error as a finding: what a command that ends of it would say, in one line. */
export function describeError(error: unknown): { found: string; fix: string } {
  let inmost = safeError(error)
  while (inmost.cause) inmost = inmost.cause
  const { code, message } = inmost
  const found = cleanText(message, LONGEST)
  if (code === '42501') {
    return { found, fix: 'npm run tidings -- grants --role NAME prints what the role needs' }
  }
  const told = explainError(error)
  if (!told) return { found, fix: 'look at DATABASE_URL and at the server’s log' }
  const [first = found, ...rest] = told.lines.join(' ').split(/(?<=\.) /)
  return {
    found: cleanText(first, LONGEST),
    fix: cleanText(rest.join(' '), LONGEST) || 'look at DATABASE_URL',
  }
}

import { readFile } from 'node:fs/promises'
import { TidingsError } from '../../core/errors/tidings-error.ts'

/** A fault of the embedded PostgreSQL whose message is meant for people: print it, not the stack. */
export class ClusterError extends TidingsError {
  override readonly isRetryable = false
}

/** The last lines of a server log, indented to be quoted below a message; says so when empty. */
export async function logTail(path: string, lines = 15): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const tail = text.trimEnd().split('\n').slice(-lines).join('\n  ')
  return tail === '' ? '  (the log is empty)' : `  ${tail}`
}

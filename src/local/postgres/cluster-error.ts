import { readFile } from 'node:fs/promises'
import { TidingsError } from '../../core/errors/tidings-error.ts'

/** An error of the embedded PostgreSQL with a message for the user; print it without its stack. */
export class ClusterError extends TidingsError {
  override readonly isRetryable = false
}

/** Returns the last lines of a server log, indented for quoting in a message. */
export async function logTail(path: string, lines = 15): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const tail = text.trimEnd().split('\n').slice(-lines).join('\n  ')
  return tail === '' ? '  (the log is empty)' : `  ${tail}`
}

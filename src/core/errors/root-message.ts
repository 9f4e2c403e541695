import { safeError } from './safe-error.ts'

/** The message of an error's innermost cause, without data: Drizzle, for example, wraps errors. */
export function rootMessage(error: unknown): string {
  let at = safeError(error)
  while (at.cause) at = at.cause
  return at.message
}

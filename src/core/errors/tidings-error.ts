/**
 * Base class of every error that Tidings throws on purpose. `cli/exit.ts` maps its subclasses to exit
 * codes, `http/problem.ts` to statuses.
 */
export abstract class TidingsError extends Error {
  /** Whether the same call may succeed later without any change by the user. */
  abstract readonly isRetryable: boolean

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Finds the first `TidingsError` among an error and its causes: Drizzle, for example, wraps errors. */
export function findTidingsError(error: unknown): TidingsError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof TidingsError) return at
  }
  return undefined
}

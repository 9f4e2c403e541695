/**
 * Base class of every error that Tidings throws on purpose. The commands map a class to an exit code
 * in `cli/exit.ts`, the API to a status in `http/problem.ts`.
 */
export abstract class TidingsError extends Error {
  /** Whether the same call may succeed later, although nobody has changed anything meanwhile. */
  abstract readonly isRetryable: boolean

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The first `TidingsError` among an error and its causes: Drizzle, for one, wraps what it gets. */
export function findTidingsError(error: unknown): TidingsError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof TidingsError) return at
  }
  return undefined
}

/** The fields of an error that may say what has happened. */
interface Cause {
  code?: unknown
  message?: unknown
  /** PostgreSQL's context: the functions in which it arose. */
  where?: unknown
  cause?: unknown
}

/** Yields an error and its causes, outermost first; pg-boss passes on copies that are not `Error` objects. */
export function* causesOf(error: unknown): Generator<Cause> {
  for (let at = error as Cause | null | undefined; at; at = at.cause as typeof at) yield at
}

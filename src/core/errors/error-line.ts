/** A proxy may answer with a whole HTML page. */
const LONGEST = 1_000

/**
 * Why an attempt failed, as it is recorded: `<code>: <message>`. Both come from outside, so this removes
 * what PostgreSQL cannot store: NUL and unpaired surrogates.
 */
export function errorLine(code: string, message: string): string {
  return `${code}: ${message}`.replaceAll('\0', '').slice(0, LONGEST).toWellFormed()
}

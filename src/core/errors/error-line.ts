/** Nobody reads more of it; a proxy may answer with a whole page. */
const LONGEST = 1_000

/**
 * Why an attempt has failed, as it goes into the record: `<code>: <message>`. Others wrote both, so
 * what PostgreSQL cannot store is taken out: NUL, and half of a surrogate pair.
 */
export function errorLine(code: string, message: string): string {
  return `${code}: ${message}`.replaceAll('\0', '').slice(0, LONGEST).toWellFormed()
}

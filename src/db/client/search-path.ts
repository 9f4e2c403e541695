import { readDatabaseUrl } from '../../config/database-url.ts'

/**
 * Where names without a schema are resolved: nowhere that others may create objects. A function in
 * `public` with a closer argument type than PostgreSQL's own would run as the service
 * (CVE-2018-1058). So every table is named with its schema.
 */
const SEARCH_PATH = 'pg_catalog, pg_temp'
const OPTION = `-c search_path=${SEARCH_PATH.replace(' ', '')}`

/** Pins it for a transaction. Calls no function, since a planted one could run instead. */
export const PIN_TRANSACTION = `set local search_path = ${SEARCH_PATH}`
/** Pins it for a session. */
export const PIN_SESSION = `set search_path = ${SEARCH_PATH}`

/** The options of a URL, followed by the pin: of two settings the server uses the later one. */
export function pinOptions(options: string | undefined): string {
  return options ? `${options} ${OPTION}` : OPTION
}

/** Whether every session of a URL is pinned from its start. */
export function isPinned(url: string): boolean {
  return readDatabaseUrl(url).options?.endsWith(OPTION) === true
}

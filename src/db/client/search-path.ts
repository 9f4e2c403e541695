import { readDatabaseUrl } from '../../config/database-url.ts'

/**
 * Where names without a schema are looked up: nowhere that others may create something. On a database
 * where they may create in `public`, a function with a more exact argument type than PostgreSQL's own
 * would run as the service (the kind of CVE-2018-1058). So every table is named with its schema.
 */
const SEARCH_PATH = 'pg_catalog, pg_temp'
const OPTION = `-c search_path=${SEARCH_PATH.replace(' ', '')}`

/** Pins it for a transaction; no function is called, since a planted one would answer. */
export const PIN_TRANSACTION = `set local search_path = ${SEARCH_PATH}`
/** Pins it for a session. */
export const PIN_SESSION = `set search_path = ${SEARCH_PATH}`

/** Options of a URL with the pin behind them: of two settings the server takes the later one. */
export function pinOptions(options: string | undefined): string {
  return options ? `${options} ${OPTION}` : OPTION
}

/** Whether every session of a URL is pinned from its start. */
export function isPinned(url: string): boolean {
  return readDatabaseUrl(url).options?.endsWith(OPTION) === true
}

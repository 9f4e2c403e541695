import { readDatabaseUrl } from '../../config/database-url.ts'

/**
 * Settings that change what our statements mean or how their results are printed. A server, a
 * database or a role may have others (docs/decisions/search-path.md). Values are written as in SQL.
 */
const SETTINGS = {
  // Nowhere that others may create objects: a function in `public` with a closer argument type than
  // PostgreSQL's own would run as the service (CVE-2018-1058). So tables are named with their schema.
  search_path: 'pg_catalog,pg_temp',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  bytea_output: 'hex',
  datestyle: 'ISO,MDY',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  quote_all_identifiers: 'off',
  row_security: 'on',
}
const ISOLATION = 'read committed'

const options = { ...SETTINGS, default_transaction_isolation: ISOLATION }
const OPTIONS = Object.entries(options)
  .map(([name, value]) => `-c ${name}=${value.replace(' ', '\\ ')}`)
  .join(' ')

const set = (scope: 'session' | 'local') =>
  Object.entries(SETTINGS).map(([name, value]) => `set ${scope} ${name} = ${value};`)

/**
 * Pins them for a transaction; its first statement. `SET` calls no function, since a planted one
 * could run instead. A transaction that asks for another isolation level does so afterwards.
 */
export const PIN_TRANSACTION = [
  `set transaction isolation level ${ISOLATION};`,
  ...set('local'),
].join(' ')
/** Pins them for a session. */
export const PIN_SESSION = [
  `set session characteristics as transaction isolation level ${ISOLATION};`,
  ...set('session'),
].join(' ')

/** The options of a URL, followed by the pins: of two settings the server uses the later one. */
export function pinOptions(given: string | undefined): string {
  return given ? `${given} ${OPTIONS}` : OPTIONS
}

/** Whether every session of a URL is pinned from its start. */
export function isPinned(url: string): boolean {
  return readDatabaseUrl(url).options?.endsWith(OPTIONS) === true
}

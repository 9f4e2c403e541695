import { is, SQL } from 'drizzle-orm'
import { getTableConfig, type Index, type IndexedColumn, PgDialect } from 'drizzle-orm/pg-core'
import { quoteName } from '../client/quote-name.ts'
import { hostTables } from '../host-schema.ts'
import { baselineOf, readMigrations } from './migrations.ts'

export interface IndexKey {
  /** A column's name, or an expression as SQL. */
  key: string
  isExpression: boolean
  descending: boolean
  nullsFirst: boolean
}

/** An index that Tidings needs on a host table. */
export interface HostIndex {
  name: string
  table: string
  keys: IndexKey[]
  /** The predicate of a partial index, as SQL. */
  where: string | null
}

/** An index found in the database. */
export interface FoundIndex {
  name: string
  table: string
  method: string
  keys: IndexKey[]
  where: string | null
  unique: boolean
  /** Whether uniqueness is checked at each row, as `on conflict` requires. */
  immediate: boolean
  /** False after an interrupted CREATE INDEX CONCURRENTLY. */
  valid: boolean
  /** Whether it uses the default operator classes of its types. */
  plain: boolean
}

/**
 * The indexes that Tidings adds to the host's tables: those in `schema.ts` but not in the baseline.
 * Indexes that the host itself lacks are not checked.
 */
export function wantedIndexes(): HostIndex[] {
  const baseline = baselineOf(readMigrations()).sql.join('\n')
  return hostTables.flatMap(table => {
    const { name, indexes } = getTableConfig(table)
    return indexes
      .map(index => toHostIndex(name, index))
      .filter(index => !baseline.includes(`INDEX ${quoteName(index.name)} `))
  })
}

const dialect = new PgDialect()

/** Converts an index of the schema. */
export function toHostIndex(table: string, { config }: Index): HostIndex {
  return {
    name: config.name ?? '',
    table,
    keys: config.columns.map(toKey),
    where: config.where ? toSql(config.where) : null,
  }
}

function toKey(column: Index['config']['columns'][number]): IndexKey {
  if (is(column, SQL)) {
    return { key: toSql(column), isExpression: true, descending: false, nullsFirst: false }
  }
  const { name = '', indexConfig } = column as Partial<IndexedColumn>
  const descending = indexConfig?.order === 'desc'
  const nullsFirst = indexConfig?.nulls ? indexConfig.nulls === 'first' : descending
  return { key: name, isExpression: false, descending, nullsFirst }
}

const toSql = (expression: SQL) => dialect.sqlToQuery(expression.inlineParams(), 'indexes').sql

/** Whether an index serves the purpose of a wanted one, whatever its name. */
export function isEqual(found: FoundIndex, wanted: HostIndex): boolean {
  return (
    found.table === wanted.table &&
    found.method === 'btree' &&
    found.plain &&
    found.keys.length === wanted.keys.length &&
    found.keys.every((key, at) => isSameKey(key, wanted.keys[at])) &&
    normalizeSql(found.where) === normalizeSql(wanted.where)
  )
}

function isSameKey(found: IndexKey, wanted: IndexKey | undefined): boolean {
  return (
    found.isExpression === wanted?.isExpression &&
    found.descending === wanted.descending &&
    found.nullsFirst === wanted.nullsFirst &&
    (found.isExpression
      ? normalizeSql(found.key) === normalizeSql(wanted.key)
      : found.key === wanted.key)
  )
}

/** SQL without what PostgreSQL adds or removes when it prints an index. */
function normalizeSql(expression: string | null): string {
  return (expression ?? '')
    .replace(/::(character varying|\w+)/g, '')
    .replace(/[()"]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?, ?/g, ',')
    .trim()
    .toLowerCase()
}

/** The statement that builds an index while the application keeps reading and writing. */
export function createIndexSql({ name, table, keys, where }: HostIndex, schema: string): string {
  const list = keys.map(
    ({ key, isExpression, descending, nullsFirst }) =>
      (isExpression ? `(${key})` : quoteName(key)) +
      (descending ? ' DESC' : '') +
      (nullsFirst === descending ? '' : ` NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`),
  )
  return (
    `CREATE INDEX CONCURRENTLY ${quoteName(name)} ON ${quoteName(schema)}.${quoteName(table)} ` +
    `USING btree (${list.join(', ')})${where ? ` WHERE ${where}` : ''};`
  )
}

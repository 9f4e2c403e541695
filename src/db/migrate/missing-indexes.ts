import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { createIndexSql, type HostIndex, isEqual, wantedIndexes } from './host-indexes.ts'
import { readIndexes } from './read-indexes.ts'

export interface MissingIndex extends HostIndex {
  /** Whether an interrupted build left it under this name; then it is dropped and built again. */
  leftover: boolean
  /** The statement that builds it. */
  sql: string
  /** Rows of its table, by PostgreSQL's last estimate, or else by its size. */
  rows: number
  /** Bytes of its table. */
  bytes: number
  /** The estimated build time, in seconds. */
  seconds: number
  /** Whether the current role may build it: only the owner of the table may. */
  mayBuild: boolean
}

/**
 * What a build reads and sorts per second; measured on two cores (docs/decisions/host-schema.md).
 */
const BYTES_PER_SECOND = 150_000_000
const ROWS_PER_SECOND = 1_500_000
/** A guess for tables that were never analyzed. */
const BYTES_PER_ROW = 100

/** The indexes that Tidings needs on the host's tables and that have no equal there. */
export async function findMissingIndexes(db: Database, schema: string): Promise<MissingIndex[]> {
  const found = await readIndexes(db, schema)
  const wanted = wantedIndexes().filter(
    index => !found.some(other => other.valid && isEqual(other, index)),
  )
  if (wanted.length === 0) return []
  const tables = await db.execute<{
    name: string
    rows: number
    bytes: number
    owned: boolean
  }>(sql`
    select c.relname as name, case when c.reltuples >= 0 then c.reltuples else pg_table_size(c.oid) / ${BYTES_PER_ROW} end::float8 as rows,
      pg_table_size(c.oid)::float8 as bytes, pg_has_role(c.relowner, 'USAGE') as owned
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind = 'r'`)
  const names = await db.execute<{ name: string }>(sql`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema}`)
  return wanted.flatMap(index => {
    const table = tables.find(({ name }) => name === index.table)
    if (!table) return []
    const leftover = found.some(
      other => other.name === index.name && !other.valid && isEqual(other, index),
    )
    const isTaken = !leftover && names.some(({ name }) => name === index.name)
    const named = isTaken ? { ...index, name: `tidings_${index.name}`.slice(0, 63) } : index
    return {
      ...named,
      leftover,
      sql: createIndexSql(named, schema),
      rows: table.rows,
      bytes: table.bytes,
      // The table is read twice, and its rows sorted once.
      seconds: (2 * table.bytes) / BYTES_PER_SECOND + table.rows / ROWS_PER_SECOND,
      mayBuild: table.owned,
    }
  })
}

import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'

export interface TableWork {
  name: string
  inserted: number
  updated: number
  /** Updates without new index entries. */
  hot: number
  deleted: number
  /** Row versions that only a vacuum removes. */
  dead: number
  /** The number of autovacuum runs. */
  vacuums: number
}

export interface Reading {
  tables: Map<string, Omit<TableWork, 'dead'>>
  /** Bytes of WAL of the whole cluster since its creation. */
  wal: number
  /** The size of the database in bytes. */
  disk: number
}

/** Reads the write statistics of each table. */
export async function readTables(sql: postgres.Sql): Promise<Reading> {
  // The statistics of a closed connection arrive after a moment.
  await delay(1_000)
  const tables = await sql<Omit<TableWork, 'dead'>[]>`
    select schemaname || '.' || relname as name, n_tup_ins::float8 as inserted,
      n_tup_upd::float8 as updated, n_tup_hot_upd::float8 as hot, n_tup_del::float8 as deleted,
      autovacuum_count::int as vacuums
    from pg_stat_user_tables`
  const [bytes] = await sql<{ wal: number; disk: number }[]>`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal,
      pg_database_size(current_database())::float8 as disk`
  return {
    tables: new Map(tables.map(table => [table.name, table])),
    wal: bytes?.wal ?? 0,
    disk: bytes?.disk ?? 0,
  }
}

/** The writes between two readings, for each table that was written to; most dead rows first. */
export function workOf(before: Reading, after: Reading) {
  const tables = [...after.tables.values()].map((late): TableWork => {
    const early = before.tables.get(late.name)
    const since = (of: 'inserted' | 'updated' | 'hot' | 'deleted' | 'vacuums') =>
      late[of] - (early?.[of] ?? 0)
    const [updated, hot, deleted] = [since('updated'), since('hot'), since('deleted')]
    return {
      name: late.name,
      ...{ inserted: since('inserted'), updated, hot, deleted, vacuums: since('vacuums') },
      dead: updated - hot + deleted,
    }
  })
  return {
    tables: tables
      .filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0)
      .sort((a, b) => b.dead - a.dead),
    wal: after.wal - before.wal,
    disk: after.disk - before.disk,
  }
}

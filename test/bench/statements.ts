import type postgres from 'postgres'
import { SERVICE_ROLE } from './host.ts'

export interface Statement {
  calls: number
  /** Milliseconds that all its executions took. */
  ms: number
  /** Its beginning, in one line. */
  query: string
}

/** Counts from nothing on. */
export async function watchStatements(sql: postgres.Sql): Promise<void> {
  await sql`create extension if not exists pg_stat_statements`
  await sql`select pg_stat_statements_reset()`
}

/** What the service has asked since, BEGIN and COMMIT included, the most frequent first. */
export async function countStatements(sql: postgres.Sql): Promise<Statement[]> {
  const rows = await sql<Statement[]>`
    select s.calls::int, s.total_exec_time as ms, s.query
    from pg_stat_statements s
    join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
    where r.rolname = ${SERVICE_ROLE} and d.datname = current_database()
    order by s.calls desc`
  return rows.map(({ calls, ms, query }) => ({ calls, ms, query: beginning(query) }))
}

function beginning(query: string): string {
  const line = query.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim()
  return line.length > 110 ? `${line.slice(0, 110)} …` : line
}

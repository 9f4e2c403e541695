import type postgres from 'postgres'
import { SERVICE_ROLE } from './host.ts'

export interface Statement {
  calls: number
  /** Milliseconds that PostgreSQL has spent on it, planning left out, waits for locks and disk included. */
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
  return withCommits(rows.map(({ query, ...figures }) => ({ ...figures, query: beginning(query) })))
}

/** A COMMIT that was prepared, as postgres.js does it, is not counted. There is one for each BEGIN. */
function withCommits(statements: Statement[]): Statement[] {
  const said = (text: string) =>
    statements.find(({ query }) => query === text) ?? { query: text, calls: 0, ms: 0 }
  const commit = said('commit')
  const calls = Math.max(commit.calls, said('begin').calls - said('rollback').calls)
  const others = statements.filter(one => one !== commit)
  return [...others, { ...commit, calls }].sort((a, b) => b.calls - a.calls)
}

function beginning(query: string): string {
  const line = query.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim()
  return line.length > 110 ? `${line.slice(0, 110)} …` : line
}

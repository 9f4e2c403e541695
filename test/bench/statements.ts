import type postgres from 'postgres'
import { SERVICE_ROLE } from './host.ts'

export interface Statement {
  calls: number
  /** Execution time in milliseconds, including waits for locks and disk, without planning. */
  ms: number
  /** Its beginning, on one line. */
  query: string
}

/** Resets the statistics. */
export async function watchStatements(sql: postgres.Sql): Promise<void> {
  await sql`create extension if not exists pg_stat_statements`
  await sql`select pg_stat_statements_reset()`
}

/** The service's statements since then, including BEGIN and COMMIT, most frequent first. */
export async function countStatements(sql: postgres.Sql): Promise<Statement[]> {
  const rows = await sql<Statement[]>`
    select s.calls::int, s.total_exec_time as ms, s.query
    from pg_stat_statements s
    join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
    where r.rolname = ${SERVICE_ROLE} and d.datname = current_database()
    order by s.calls desc`
  return withCommits(rows.map(({ query, ...figures }) => ({ ...figures, query: beginning(query) })))
}

/** Adds the prepared COMMITs of postgres.js, which are not counted: one for each BEGIN. */
function withCommits(statements: Statement[]): Statement[] {
  const find = (text: string) =>
    statements.find(({ query }) => query === text) ?? { query: text, calls: 0, ms: 0 }
  const commit = find('commit')
  const calls = Math.max(commit.calls, find('begin').calls - find('rollback').calls)
  const others = statements.filter(one => one !== commit)
  return [...others, { ...commit, calls }].sort((a, b) => b.calls - a.calls)
}

function beginning(query: string): string {
  const line = query.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim()
  return line.length > 110 ? `${line.slice(0, 110)} …` : line
}

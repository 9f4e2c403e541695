import { readDatabaseUrl } from '../config/database-url.ts'
import { leadsToServer } from './detect-pooling.ts'

/**
 * What the server itself puts an end to, whoever has sent it. Shorter than the time that our side waits
 * for an answer (45 s), so that a statement is told what has become of it. `inTransaction` has its own.
 */
const LIMITS = {
  statement_timeout: '40s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '60s',
}

/**
 * The URL with limits for every statement of its sessions, also outside of transactions and of pg-boss,
 * where it leads to PostgreSQL itself; both drivers hand `options` on. What the URL has of its own comes
 * behind, and so is in force. Through a pooler it stays as it is: one refuses `options`, and another
 * gives the session to somebody else (docs/decisions/poolers.md). Unchanged too where nobody answers.
 */
export async function withServerLimits(url: string): Promise<string> {
  if (!(await leadsToServer(url).catch(() => false))) return url
  const { options } = readDatabaseUrl(url)
  const limits = Object.entries(LIMITS).map(([name, value]) => `-c ${name}=${value}`)
  const limited = new URL(url)
  limited.searchParams.set('options', [...limits, ...(options ? [options] : [])].join(' '))
  // libpq, to which somebody may give it, takes a plus for a plus.
  limited.search = limited.search.replaceAll('+', '%20')
  return limited.href
}

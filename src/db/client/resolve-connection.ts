import { readDatabaseUrl } from '../../config/database-url.ts'
import { leadsToServer } from './detect-pooling.ts'
import { pinOptions } from './search-path.ts'

/**
 * What the server itself puts an end to, whoever has sent it. Shorter than the time that our side waits
 * for an answer (45 s), so that a statement is told what has become of it. `inTransaction` has its own.
 */
const LIMITS = {
  statement_timeout: '40s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '60s',
}

/** How the database is reached. */
export interface ResolvedConnection {
  /** Where it leads to PostgreSQL itself: with limits and the search path for all of its sessions. */
  url: string
  /** Whether nothing stands in between, so that a session is kept, and what was prepared in it. */
  isDirect: boolean
}

/**
 * Asks what is behind a URL. The limits hold also outside of transactions and for pg-boss; both drivers
 * hand `options` on. What the URL has of its own comes behind, and so is in force, but for the search
 * path. Through a pooler it stays as it is: one refuses `options`, and another gives the session to
 * somebody else (docs/decisions/poolers.md); there each transaction is pinned. Unchanged too where
 * nobody answers.
 */
export async function resolveConnection(url: string): Promise<ResolvedConnection> {
  const isDirect = await leadsToServer(url).catch(() => false)
  return { url: isDirect ? withOptions(url, LIMITS) : url, isDirect }
}

/** The same for changes of the schema, which may take any time. */
export async function connectUnlimited(url: string): Promise<string> {
  return (await leadsToServer(url).catch(() => false)) ? withOptions(url, {}) : url
}

function withOptions(url: string, limits: Record<string, string>): string {
  const { options } = readDatabaseUrl(url)
  const set = Object.entries(limits).map(([name, value]) => `-c ${name}=${value}`)
  const limited = new URL(url)
  limited.searchParams.set('options', pinOptions([...set, ...(options ? [options] : [])].join(' ')))
  // libpq, to which somebody may give it, takes a plus for a plus.
  limited.search = limited.search.replaceAll('+', '%20')
  return limited.href
}

import { readDatabaseUrl } from '../../config/database-url.ts'
import { isDirect } from './detect-pooling.ts'
import { pinOptions } from './pinned-settings.ts'

/**
 * Limits that the server enforces for any client. They are shorter than our own wait for an answer
 * (45 s), so that a statement gets its error. `inTransaction` sets its own.
 */
const LIMITS = {
  statement_timeout: '40s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '60s',
}

/** How to reach the database. */
export interface ResolvedConnection {
  /** With limits and pinned settings for all sessions, if it leads to PostgreSQL itself. */
  url: string
  /** Whether there is no pooler in between, so that sessions and prepared statements are kept. */
  isDirect: boolean
}

/**
 * Adds limits and pinned settings to a URL that leads to PostgreSQL itself; both drivers pass on
 * `options`, so pg-boss has them too. The URL's own options override the limits.
 * A URL of a pooler (docs/decisions/poolers.md) or of no server stays as it is.
 */
export async function resolveConnection(url: string): Promise<ResolvedConnection> {
  const direct = await isDirect(url).catch(() => false)
  return { url: direct ? withOptions(url, LIMITS) : url, isDirect: direct }
}

/**
 * The URL for schema changes: with pinned settings, but without limits, since they may take long.
 */
export async function withoutLimits(url: string): Promise<string> {
  return (await isDirect(url).catch(() => false)) ? withOptions(url, {}) : url
}

function withOptions(url: string, limits: Record<string, string>): string {
  const { options } = readDatabaseUrl(url)
  const set = Object.entries(limits).map(([name, value]) => `-c ${name}=${value}`)
  const limited = new URL(url)
  limited.searchParams.set('options', pinOptions([...set, ...(options ? [options] : [])].join(' ')))
  // libpq, which may be given this URL, does not read a plus as a space.
  limited.search = limited.search.replaceAll('+', '%20')
  return limited.href
}

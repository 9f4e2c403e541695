import postgres from 'postgres'
import { ClusterError } from './cluster-error.ts'

/** A server that accepts connections but hangs must not block the start. */
const CONNECT_LIMIT_S = 10

/**
 * Creates the database `name` if it is missing, which also proves that the server at `url` accepts our
 * password. Throws a ClusterError if it does not. The caller holds the lock.
 */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    ssl: false,
    prepare: false,
    fetch_types: false,
    connect_timeout: CONNECT_LIMIT_S,
    onnotice: () => undefined,
  })
  try {
    const found = await sql`select from pg_database where datname = ${name}`
    if (found.length === 0) await sql`create database ${sql(name)}`
  } catch (error) {
    const { message } = error as Error
    throw new ClusterError(
      `The embedded PostgreSQL server does not answer as expected: ${message}. ` +
        'Stop all processes that use it, then start again.',
    )
  } finally {
    await sql.end({ timeout: 5 })
  }
}

import postgres from 'postgres'
import { ClusterError } from './cluster-error.ts'

/** A server that takes connections but hangs must not hang the start. */
const CONNECT_LIMIT_S = 10

/**
 * Creates the database `name` when it is missing, and so proves that the server at `url` answers to
 * our password. Throws a ClusterError when it does not. Call it under the lock.
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
      `The embedded PostgreSQL server does not answer as it should: ${message}. ` +
        'Stop everything that uses it and start again.',
    )
  } finally {
    await sql.end({ timeout: 5 })
  }
}

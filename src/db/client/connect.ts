import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { readDatabaseUrl } from '../../config/database-url.ts'
import { qualifyHostTables } from '../host-schema.ts'
import * as schema from '../schema.ts'
import { isPinned } from './pinned-settings.ts'
import { resilientClient } from './resilient-client.ts'

export type Database = PostgresJsDatabase<typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

export interface Connection {
  db: Database
  /** Waits for running queries, up to 5 s. */
  close(): Promise<void>
  /** Closes without waiting. */
  abandon(): Promise<void>
}

export interface ConnectOptions {
  max?: number
  /** Whether to prepare `preparedSql` statements; only without a pooler in between. */
  prepare?: boolean
  /** The schema of the host's tables. */
  hostSchema?: string
  /** Milliseconds after which a query without an answer fails, even if it still runs. */
  limitMs?: number
  /** Whether the caller pins the settings. Absent: the URL or each transaction does. */
  ownSettings?: boolean
  /** Called once when the database connection is lost, however many queries fail because of it. */
  onLost?: (error: Error) => void
  /** Called once when the database answers again. */
  onBack?: () => void
}

/**
 * Opens a pool, which connects on first use. The client belongs to Drizzle alone, which changes its
 * parsers. Without `prepare` nothing here needs a session (no prepared names, LISTEN or SET), so a
 * transaction pooler may stand in between.
 */
export function connect(
  url: string,
  {
    max = 10,
    prepare = false,
    hostSchema = 'public',
    limitMs = 45_000,
    ownSettings = isPinned(url),
    onLost = () => {},
    onBack = () => {},
  }: ConnectOptions = {},
): Connection {
  const { host, port, user, password, database, tls, applicationName, options } =
    readDatabaseUrl(url)
  const open = () =>
    postgres({
      // Arrays, which the types lack: postgres.js splits a string at its colons, also in IPv6.
      ...({ host: [host], port: [port] } as object),
      ...(host.startsWith('/') && { path: `${host}/.s.PGSQL.${port}` }),
      ...(user && { user }),
      ...(password && { password }),
      ...(database && { database }),
      ssl: tls,
      max,
      prepare,
      connect_timeout: 10,
      idle_timeout: 60,
      onnotice: () => {},
      connection: { application_name: applicationName ?? 'tidings', ...(options && { options }) },
    })
  const client = resilientClient(open, { prepare, limitMs, pin: !ownSettings, onLost, onBack })
  const db = drizzle(client.sql, { schema })
  qualifyHostTables(db, hostSchema)
  return {
    db,
    close: () => client.end(5),
    abandon: () => client.end(0),
  }
}

import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { lastingClient } from './lasting-client.ts'
import * as schema from './schema.ts'

export type Database = PostgresJsDatabase<typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

export interface Connection {
  db: Database
  close(): Promise<void>
}

export interface ConnectOptions {
  max?: number
  /** Milliseconds after which a query without an answer fails, whatever has become of it. */
  limitMs?: number
  /** Called once when the database is lost, however many queries fail of it. */
  onLost?: (error: Error) => void
  /** Called once when it answers again. */
  onBack?: () => void
}

/**
 * Opens a pool. Connects when first used. The client belongs to Drizzle alone: it changes the
 * client's parsers. Nothing here needs a session (no prepared names, LISTEN or SET), so a
 * transaction pooler may stand in between.
 */
export function connect(
  url: string,
  { max = 10, limitMs = 45_000, onLost = () => {}, onBack = () => {} }: ConnectOptions = {},
): Connection {
  const open = () =>
    postgres(url, {
      max,
      prepare: false,
      connect_timeout: 10,
      idle_timeout: 60,
      onnotice: () => {},
      connection: { application_name: 'tidings' },
    })
  const client = lastingClient(open, { limitMs, onLost, onBack })
  return { db: drizzle(client.sql, { schema }), close: () => client.end(5) }
}

import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import * as schema from './schema.ts'

export type Database = PostgresJsDatabase<typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

export interface Connection {
  db: Database
  close(): Promise<void>
}

/**
 * Opens a pool. Connects when first used. The client belongs to Drizzle alone: it changes the
 * client's parsers. Nothing here needs a session (no prepared names, LISTEN or SET), so a
 * transaction pooler may stand in between.
 */
export function connect(url: string, { max = 10 } = {}): Connection {
  const client = postgres(url, {
    max,
    prepare: false,
    connect_timeout: 10,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: 'tidings' },
  })
  return {
    db: drizzle(client, { schema }),
    close: () => client.end({ timeout: 5 }),
  }
}

import { getTableConfig } from 'drizzle-orm/pg-core'
import { notificationEmailsSent, notifications, userPrivacySettings, users } from './schema.ts'

/** The tables that belong to the application; all others are ours. */
export const hostTables = [users, userPrivacySettings, notifications, notificationEmailsSent]
export const hostTableNames = hostTables.map(table => getTableConfig(table).name)

/** Where Drizzle 0.45 keeps a table's schema, and reads it from whenever it writes the table's name. */
const SCHEMA = Symbol.for('drizzle:Schema')

/**
 * From now on every query of this process names the host's tables with their schema. One process
 * serves one host. No `search_path` is needed for it, which a transaction pooler would refuse or
 * forget (docs/decisions/host-schema.md).
 */
export function qualifyHostTables(schema: string): void {
  for (const table of hostTables) {
    Object.assign(table, { [SCHEMA]: schema })
    if (getTableConfig(table).schema !== schema) {
      throw new Error('this version of drizzle-orm keeps the schema of a table elsewhere')
    }
  }
}

import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import {
  notificationEmailsSent,
  notificationEmailType,
  notifications,
  notificationType,
  userPrivacySettings,
  users,
} from './schema.ts'

/** The tables that belong to the application; all others belong to Tidings. */
export const hostTables = [users, userPrivacySettings, notifications, notificationEmailsSent]
export const hostTableNames = hostTables.map(table => getTableConfig(table).name)
export const hostEnumNames = [notificationEmailType.enumName, notificationType.enumName]

/** The part of a Drizzle database or transaction that writes SQL, which its types leave out. */
interface WithDialect {
  dialect: { escapeName(name: string): string; sqlToQuery(query: SQL): { sql: string } }
}

/**
 * Makes every query of this database name the host's tables with their schema; no `search_path`
 * leads there (docs/decisions/host-schema.md). Drizzle 0.45 writes names with `escapeName`.
 */
export function qualifyHostTables(db: object, schema: string): void {
  const { dialect } = db as WithDialect
  const { escapeName } = dialect
  const isHostTable = new Set(hostTableNames)
  dialect.escapeName = name =>
    isHostTable.has(name) ? `${escapeName(schema)}.${escapeName(name)}` : escapeName(name)
  if (qualifiedName(db, users) !== `${escapeName(schema)}.${escapeName('users')}`) {
    throw new Error('this version of drizzle-orm writes table names differently')
  }
}

/** A table's name with its schema, as queries of this database or transaction write it. */
export function qualifiedName(db: object, table: PgTable): string {
  return (db as WithDialect).dialect.sqlToQuery(sql`${table}`).sql
}

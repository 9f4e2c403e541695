import { getTableName } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import { defaultQueueSchema } from '../../core/queue.ts'
import { quoteName } from '../client/quote-name.ts'
import { inserted, updated, used } from '../column-uses.ts'
import { hostTables } from '../host-schema.ts'
import { notificationEmailsSent, users } from '../schema.ts'

/** PostgreSQL would read this name as another role, or as none. */
export class InvalidRoleError extends TidingsError {
  override readonly isRetryable = false
}

/** PostgreSQL truncates longer names, and would grant to another role. */
const LONGEST_NAME = 63

/** Drizzle's journal of applied migrations. The service reads it; the owner writes it. */
export const JOURNAL = '__drizzle_migrations'

export interface GrantOptions {
  /** Whether RETENTION_DAYS is set, so that the role deletes old attempts. */
  prunes?: boolean
  /** The value of LOCALE_COLUMN. */
  localeColumn?: string | undefined
  /** The value of QUEUE_SCHEMA. */
  queueSchema?: string
}

/** A right on a host table, and the columns for which the service needs it. */
export interface HostRight {
  table: PgTable
  right: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
  /** Empty for a right that does not apply to columns. */
  columns: string[]
}

/** Every right that the service needs on the host's tables. */
export function hostRights({ prunes = false, localeColumn }: GrantOptions = {}): HostRight[] {
  const onTables = hostTables.flatMap(table => {
    const of = (right: HostRight['right'], columns: PgColumn[]): HostRight => ({
      table,
      right,
      columns: columns.filter(column => column.table === table).map(({ name }) => name),
    })
    const read = of('SELECT', used)
    if (table === users && localeColumn && !read.columns.includes(localeColumn)) {
      read.columns.push(localeColumn)
    }
    const rights = [read, of('INSERT', inserted), of('UPDATE', updated)]
    return rights.filter(({ columns }) => columns.length > 0)
  })
  if (!prunes) return onTables
  return [...onTables, { table: notificationEmailsSent, right: 'DELETE', columns: [] }]
}

/**
 * The SQL that grants a role what the service needs and no more. The owner of the tables runs it
 * after `adopt` or `migrate` has created the service's schemas. Throws `InvalidRoleError`.
 */
export function grantStatements(
  role: string,
  hostSchema: string,
  options: GrantOptions = {},
): string[] {
  // Even in quotes these are not names of roles (gram.y: RoleSpec): `public` means every role.
  if (role === 'public' || role === 'none') {
    throw new InvalidRoleError(`${role} is not a role name in PostgreSQL`)
  }
  if (role === '' || role.includes('\0') || Buffer.byteLength(role) > LONGEST_NAME) {
    throw new InvalidRoleError(`a role name has 1 to ${LONGEST_NAME} bytes`)
  }
  const to = `TO ${quoteName(role)};`
  const at = (table: PgTable) => `${quoteName(hostSchema)}.${quoteName(getTableName(table))}`
  const rightsOn = (table: PgTable) =>
    hostRights({ ...options, prunes: false })
      .filter(right => right.table === table)
      .map(({ right, columns }) => `${right} (${columns.map(quoteName).join(', ')})`)
  const grantOn = (table: PgTable) => `GRANT ${rightsOn(table).join(', ')} ON ${at(table)} ${to}`
  return [
    `GRANT USAGE ON SCHEMA ${quoteName(hostSchema)} ${to}`,
    ...hostTables.map(grantOn),
    ...(options.prunes ? [`GRANT DELETE ON ${at(notificationEmailsSent)} ${to}`] : []),
    ...['tidings', options.queueSchema ?? defaultQueueSchema].map(quoteName).flatMap(schema => [
      `GRANT USAGE ON SCHEMA ${schema} ${to}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} ${to}`,
      `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} ${to}`,
      `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} ${to}`,
      // Covers tables that a later version adds, created by the same owner.
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES ${to}`,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES ${to}`,
    ]),
    // A role that can write here decides which migrations run.
    `REVOKE INSERT, UPDATE, DELETE ON tidings.${JOURNAL} FROM ${quoteName(role)};`,
    `REVOKE ALL ON SEQUENCE tidings.${JOURNAL}_id_seq FROM ${quoteName(role)};`,
  ]
}

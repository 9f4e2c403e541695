import { getTableName } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import { quoteName } from '../client/quote-name.ts'
import { inserted, updated, used } from '../column-uses.ts'
import { hostTables } from '../host-schema.ts'
import { notificationEmailsSent, users } from '../schema.ts'

/** A name that PostgreSQL would take for another role, or for none. */
export class InvalidRoleError extends TidingsError {
  override readonly isRetryable = false
}

/** PostgreSQL cuts off longer names, and so would grant to another role. */
const LONGEST_NAME = 63

/** Drizzle's record of what is applied. The service reads it; the owner writes it. */
export const JOURNAL = '__drizzle_migrations'

export interface GrantOptions {
  /** Whether RETENTION_DAYS is set: then the role deletes old rows of the record. */
  prunes?: boolean
  /** LOCALE_COLUMN. */
  localeColumn?: string | undefined
}

/** A right on a table of the host's, and on which columns the service makes use of it. */
export interface HostRight {
  table: PgTable
  right: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
  /** None for a right that columns do not have. */
  columns: string[]
}

/**
 * What the service does with the host's tables.
 */
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
 * The SQL that gives a role what the service needs and no more, to be run by the owner of the tables
 * once `adopt` or `migrate` has made the service's schemas. Throws `InvalidRoleError`.
 */
export function grantStatements(
  role: string,
  hostSchema: string,
  options: GrantOptions = {},
): string[] {
  // Also within quotes these two are no names of roles (gram.y: RoleSpec): `public` is everybody.
  if (role === 'public' || role === 'none') {
    throw new InvalidRoleError(`${role} is not the name of a role in PostgreSQL`)
  }
  if (role === '' || role.includes('\0') || Buffer.byteLength(role) > LONGEST_NAME) {
    throw new InvalidRoleError(`the name of a role has 1 to ${LONGEST_NAME} bytes`)
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
    ...['tidings', 'pgboss'].flatMap(schema => [
      `GRANT USAGE ON SCHEMA ${schema} ${to}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} ${to}`,
      `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} ${to}`,
      `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} ${to}`,
      // What a later version adds, made by the same owner.
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES ${to}`,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES ${to}`,
    ]),
    // Whoever writes there decides which migrations run.
    `REVOKE INSERT, UPDATE, DELETE ON tidings.${JOURNAL} FROM ${quoteName(role)};`,
    `REVOKE ALL ON SEQUENCE tidings.${JOURNAL}_id_seq FROM ${quoteName(role)};`,
  ]
}

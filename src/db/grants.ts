import { getTableName } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { quoteName } from './adopt/quote-name.ts'
import { inserted, updated } from './adopt/uses.ts'
import { hostTables } from './host-schema.ts'
import { notificationEmailsSent } from './schema.ts'

/** A name that PostgreSQL would take for another role, or for none. */
export class UnusableRole extends Error {}

/** PostgreSQL cuts off longer names, and so would grant to another role. */
const LONGEST_NAME = 63

/**
 * The SQL that gives a role what the service needs and no more, to be run by the owner of the tables
 * once `adopt` or `migrate` has made the service's schemas. Throws `UnusableRole`.
 *
 * @param prunes whether RETENTION_DAYS is set: then the role deletes old rows of the record
 */
export function grantStatements(role: string, hostSchema: string, prunes = false): string[] {
  // Also within quotes these two are no names of roles (gram.y: RoleSpec): `public` is everybody.
  if (role === 'public' || role === 'none') {
    throw new UnusableRole(`${role} is not the name of a role in PostgreSQL`)
  }
  if (role === '' || role.includes('\0') || Buffer.byteLength(role) > LONGEST_NAME) {
    throw new UnusableRole(`the name of a role has 1 to ${LONGEST_NAME} bytes`)
  }
  const to = `TO ${quoteName(role)};`
  const at = (table: PgTable) => `${quoteName(hostSchema)}.${quoteName(getTableName(table))}`
  const columnsOf = (table: PgTable, columns: PgColumn[]) =>
    columns.filter(column => column.table === table).map(column => quoteName(column.name))
  const grantOn = (table: PgTable) => {
    const adds = columnsOf(table, inserted)
    const changes = columnsOf(table, updated)
    const rights = [
      'SELECT',
      ...(adds.length > 0 ? [`INSERT (${adds.join(', ')})`] : []),
      ...(changes.length > 0 ? [`UPDATE (${changes.join(', ')})`] : []),
    ]
    return `GRANT ${rights.join(', ')} ON ${at(table)} ${to}`
  }
  return [
    `GRANT USAGE ON SCHEMA ${quoteName(hostSchema)} ${to}`,
    ...hostTables.map(grantOn),
    ...(prunes ? [`GRANT DELETE ON ${at(notificationEmailsSent)} ${to}`] : []),
    ...['tidings', 'pgboss'].flatMap(schema => [
      `GRANT USAGE ON SCHEMA ${schema} ${to}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} ${to}`,
      `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} ${to}`,
      `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} ${to}`,
      // What a later version adds, made by the same owner.
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES ${to}`,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES ${to}`,
    ]),
  ]
}

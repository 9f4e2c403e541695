import { sql } from 'drizzle-orm'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import type { Database } from '../client/connect.ts'
import { quoteName } from '../client/quote-name.ts'

/** The role may not create what the command would create. */
export class RightsMissingError extends TidingsError {
  override readonly isRetryable = false

  constructor(lacking: string[]) {
    super(
      `${lacking.join('\n')}\nNothing was changed. Grant it, or run this as a role that has it ` +
        '(DATABASE_URL or DIRECT_URL).',
    )
  }
}

/**
 * What the current role may not create, one sentence each, with the statement that grants it.
 * `CREATE SCHEMA IF NOT EXISTS` needs the right even if the schema exists.
 * @param tablesIn a schema that gets new tables
 */
export async function findLackingRights(
  db: Database,
  schemas: string[],
  tablesIn?: string,
): Promise<string[]> {
  const [row] = await db.execute<{
    role: string
    database: string
    may_create: boolean
    may_use: boolean
  }>(sql`
    select current_user as role, current_database() as database,
      has_database_privilege(current_database(), 'CREATE') as may_create,
      coalesce((select has_schema_privilege(oid, 'CREATE') from pg_namespace
        where nspname = ${tablesIn ?? null}::text), true) as may_use`)
  if (!row) return []
  const { role, database, may_create, may_use } = row
  const to = `TO ${quoteName(role)};`
  return [
    ...(may_create
      ? []
      : [
          `the role ${role} may not create the schemas ${schemas.join(' and ')} in this database: ` +
            `GRANT CREATE ON DATABASE ${quoteName(database)} ${to}`,
        ]),
    ...(tablesIn && !may_use
      ? [
          `the role ${role} may not create tables in the schema ${tablesIn}: ` +
            `GRANT CREATE ON SCHEMA ${quoteName(tablesIn)} ${to}`,
        ]
      : []),
  ]
}

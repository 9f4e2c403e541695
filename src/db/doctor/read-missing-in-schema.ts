import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { quoteName } from '../client/quote-name.ts'
import { JOURNAL } from '../migrate/grants.ts'

export interface MissingRight {
  right: string
  grant: string
}

/** The rights that the current role lacks in a schema of the service; none if it does not exist. */
export async function readMissingInSchema(
  db: Database,
  schema: string,
  to: string,
): Promise<MissingRight[]> {
  const [row] = await db.execute<{
    tables: string[]
    sequences: string[]
    functions: string[]
  }>(sql`
    select
      (select coalesce(jsonb_agg(c.relname order by 1), '[]') from pg_class c
        where c.relnamespace = n.oid and c.relkind in ('r', 'p') and not (
          has_table_privilege(c.oid, 'SELECT') and (c.relname = ${JOURNAL} or (
            has_table_privilege(c.oid, 'INSERT') and has_table_privilege(c.oid, 'UPDATE')
            and has_table_privilege(c.oid, 'DELETE'))))
      ) as tables,
      (select coalesce(jsonb_agg(c.relname order by 1), '[]') from pg_class c
        where c.relnamespace = n.oid and c.relkind = 'S' and c.relname <> ${`${JOURNAL}_id_seq`}
          and not (has_sequence_privilege(c.oid, 'USAGE') and has_sequence_privilege(c.oid, 'SELECT'))
      ) as sequences,
      (select coalesce(jsonb_agg(p.proname order by 1), '[]') from pg_proc p
        where p.pronamespace = n.oid and not has_function_privilege(p.oid, 'EXECUTE')
      ) as functions
    from pg_namespace n where n.nspname = ${schema}`)
  if (!row) return []
  const lacks = (names: string[], rights: string, kind: string): MissingRight[] =>
    names.length === 0
      ? []
      : [
          {
            right: `${rights} on ${names.length} ${kind} of the schema ${schema} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`,
            grant: `GRANT ${rights} ON ALL ${kind.toUpperCase()} IN SCHEMA ${quoteName(schema)} ${to}`,
          },
        ]
  return [
    ...lacks(row.tables, 'SELECT, INSERT, UPDATE, DELETE', 'tables'),
    ...lacks(row.sequences, 'USAGE, SELECT', 'sequences'),
    ...lacks(row.functions, 'EXECUTE', 'functions'),
  ]
}

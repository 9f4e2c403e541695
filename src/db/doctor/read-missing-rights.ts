import { getTableName, sql } from 'drizzle-orm'
import { defaultQueueSchema } from '../../core/queue.ts'
import type { Database } from '../client/connect.ts'
import { quoteName } from '../client/quote-name.ts'
import { type GrantOptions, hostRights } from '../migrate/grants.ts'
import { type MissingRight, readMissingInSchema } from './read-missing-in-schema.ts'

/**
 * The rights that `grants` gives and the current role lacks, whether by grant, ownership or another
 * role. On the host's tables each used column counts, so rights on columns suffice.
 */
export async function readMissingRights(
  db: Database,
  role: string,
  hostSchema: string,
  options: GrantOptions,
): Promise<MissingRight[]> {
  const { queueSchema = defaultQueueSchema } = options
  const to = `TO ${quoteName(role)};`
  const schemas = await db.execute<{ name: string }>(sql`
    select nspname as name from pg_namespace
    where nspname in (${hostSchema}, 'tidings', ${queueSchema}) and not has_schema_privilege(oid, 'USAGE')
    order by nspname in ('tidings', ${queueSchema}), nspname`)
  const wanted = hostRights(options).flatMap(({ table, right, columns }) =>
    (columns.length > 0 ? columns : ['']).map(column => ({
      table: getTableName(table),
      right,
      column,
    })),
  )
  const onTables = await db.execute<{ table: string; right: string; columns: string[] }>(sql`
    select c.relname as table, w.right, jsonb_agg(w.column order by a.attnum) as columns
    from jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb)
      as w("table" text, "right" text, "column" text)
    join pg_class c on c.relname = w.table
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = ${hostSchema}
    left join pg_attribute a on a.attrelid = c.oid and a.attname = w.column
      and a.attnum > 0 and not a.attisdropped
    where case when w.column = '' then not has_table_privilege(c.oid, w.right)
      else a.attnum is not null and not has_column_privilege(c.oid, a.attnum, w.right) end
    group by c.relname, w.right order by 1, 2`)
  return [
    ...schemas.map(({ name }) => ({
      right: `USAGE on the schema ${name}`,
      grant: `GRANT USAGE ON SCHEMA ${quoteName(name)} ${to}`,
    })),
    ...onTables.map(({ table, right, columns }) => {
      const list = right === 'DELETE' ? '' : ` (${columns.map(quoteName).join(', ')})`
      return {
        right: `${right}${list.replaceAll('"', '')} on ${hostSchema}.${table}`,
        grant: `GRANT ${right}${list} ON ${quoteName(hostSchema)}.${quoteName(table)} ${to}`,
      }
    }),
    ...(await readMissingInSchema(db, 'tidings', to)),
    ...(await readMissingInSchema(db, queueSchema, to)),
  ]
}

import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { hostTableNames } from '../host-schema.ts'
import type { FoundIndex } from './host-indexes.ts'

type Row = FoundIndex & Record<string, unknown>

/** Every index on the host's tables. */
export async function readIndexes(db: Database, schema: string): Promise<FoundIndex[]> {
  // indoption: bit 1 is DESC, bit 2 NULLS FIRST (src/include/catalog/pg_index.h).
  const rows = await db.execute<Row>(sql`
    select c.relname as name, t.relname as table, am.amname as method,
      pg_get_expr(i.indpred, i.indrelid) as where,
      i.indisunique as unique, i.indimmediate as immediate,
      i.indisvalid and i.indisready as valid,
      not exists (
        select from unnest(i.indclass) as class(oid)
        join pg_opclass o on o.oid = class.oid where not o.opcdefault
      ) as plain,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'key', coalesce(a.attname, pg_get_indexdef(i.indexrelid, k.at::int, true)),
          'isExpression', a.attname is null,
          'descending', i.indoption[k.at - 1]::int & 1 = 1,
          'nullsFirst', i.indoption[k.at - 1]::int & 2 = 2) order by k.at), '[]')
        from unnest(i.indkey::int2[]) with ordinality as k(number, at)
        left join pg_attribute a
          on a.attrelid = i.indrelid and a.attnum = k.number and k.number <> 0
        where k.at <= i.indnkeyatts) as keys
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am am on am.oid = c.relam
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = ${schema} and t.relname = any(${sql.param(hostTableNames)}::text[])
    order by t.relname, c.relname`)
  return [...rows]
}

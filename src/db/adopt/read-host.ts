import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { hostTableNames } from '../host-schema.ts'
import type { FoundIndex } from '../migrate/host-indexes.ts'
import { readIndexes } from '../migrate/read-indexes.ts'

/** A column found in the database. */
export type FoundColumn = {
  table: string
  name: string
  /** As PostgreSQL writes it: `character varying(64)`. */
  type: string
  /** The type's own name, or the base type of a domain: `varchar`, `uuid`, `_text`. */
  base: string
  /** `S` for every kind of text, `E` for an enum (pg_type.typcategory). */
  category: string
  /** The maximum number of characters; null if unlimited. */
  length: number | null
  /** False if its collation is nondeterministic, so that different texts may be equal. */
  isDeterministic: boolean
  /** An enum's values. */
  labels: string[] | null
  notNull: boolean
  default: string | null
  /** Whether PostgreSQL generates the value and refuses any other. */
  generated: boolean
}

export type FoundTable = {
  name: string
  /** pg_class.relkind: `r` for an ordinary table. */
  kind: string
  /** PostgreSQL's estimate; null for a view, and until it has analyzed the table. */
  rows: number | null
  bytes: number
  /** Whether row level security may hide rows from the current role. */
  hidesRows: boolean
}

export type FoundKey = {
  table: string
  column: string
  foreignTable: string
  foreignColumn: string
  /** As in `on delete …`. */
  onDelete: string
}

/** The host's tables as found in the database. */
export interface FoundHost {
  tables: FoundTable[]
  columns: FoundColumn[]
  foreignKeys: FoundKey[]
  indexes: FoundIndex[]
}

/**
 * Whether row level security may hide rows of the table `c` (pg_class) from the current role: no
 * policy shows it every row, or a restrictive one applies. Only `true` is recognised as a policy
 * that shows all rows.
 */
const mayHideRows = sql`(row_security_active(c.oid) and (
  not exists (
    select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')
      and pg_get_expr(p.polqual, p.polrelid) = 'true'
      and exists (select from unnest(p.polroles) as r(oid)
        where case when r.oid = 0 then true else pg_has_role(r.oid, 'USAGE') end))
  or exists (
    select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('*', 'r')
      and exists (select from unnest(p.polroles) as r(oid)
        where case when r.oid = 0 then true else pg_has_role(r.oid, 'USAGE') end))))`

/** Reads the definitions of the host's tables from the catalogue, and no rows. */
export async function readHost(db: Database, schema: string): Promise<FoundHost> {
  const isHostTable = sql`n.nspname = ${schema} and c.relname = any(${sql.param(hostTableNames)}::text[])`
  const tables = await db.execute<FoundTable>(sql`
    select c.relname as name, c.relkind::text as kind, case when c.reltuples >= 0 and c.relkind <> 'v' then c.reltuples::float8 end as rows,
      pg_total_relation_size(c.oid)::float8 as bytes,
      ${mayHideRows} as "hidesRows"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where ${isHostTable} and c.relkind in ('r', 'p', 'v', 'm', 'f')`)
  const columns = await db.execute<FoundColumn>(sql`
    select c.relname as table, a.attname as name,
      format_type(a.atttypid, a.atttypmod) as type, b.typname as base,
      b.typcategory::text as category,
      case when b.typname in ('varchar', 'bpchar') and m.modifier > 4 then m.modifier - 4 end as length,
      coalesce(l.collisdeterministic, true) as "isDeterministic",
      (select jsonb_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = b.oid) as labels,
      a.attnotnull or t.typnotnull as "notNull",
      coalesce(pg_get_expr(d.adbin, d.adrelid), case when a.attidentity = 'd' then 'identity' end)
        as default,
      a.attgenerated <> '' or a.attidentity = 'a' as generated
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
    cross join lateral (
      select case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier
    ) m
    left join pg_collation l on l.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where ${isHostTable} and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`)
  const foreignKeys = await db.execute<FoundKey>(sql`
    select c.relname as table, a.attname as column, f.relname as "foreignTable",
      fa.attname as "foreignColumn",
      case k.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
        when 'r' then 'restrict' else 'no action' end as "onDelete"
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_class f on f.oid = k.confrelid and f.relnamespace = n.oid
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = k.confkey[1]
    where ${isHostTable} and k.contype = 'f' and cardinality(k.conkey) = 1`)
  return {
    tables: [...tables],
    columns: [...columns],
    foreignKeys: [...foreignKeys],
    indexes: await readIndexes(db, schema),
  }
}

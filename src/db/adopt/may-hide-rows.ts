import { sql } from 'drizzle-orm'

/**
 * Whether row level security may hide rows of the table `c` (pg_class) from the current role: no
 * policy shows it every row, or a restrictive one applies. Only `true` is recognised as a policy
 * that shows all rows.
 */
export const mayHideRows = sql`(row_security_active(c.oid) and (
  not exists (
    select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')
      and pg_get_expr(p.polqual, p.polrelid) = 'true'
      and exists (select from unnest(p.polroles) as r(oid)
        where case when r.oid = 0 then true else pg_has_role(r.oid, 'USAGE') end))
  or exists (
    select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('*', 'r')
      and exists (select from unnest(p.polroles) as r(oid)
        where case when r.oid = 0 then true else pg_has_role(r.oid, 'USAGE') end))))`

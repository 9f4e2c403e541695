import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'

/**
 * Where others may create functions and operators. In the host's schema only a grant to PUBLIC
 * counts, since its own roles own the tables; in the service's schemas, any other role.
 */
export async function readOpenSchemas(
  db: Database,
  hostSchema: string,
  queueSchema: string,
): Promise<{ schema: string; grantee: string }[]> {
  return db.execute<{ schema: string; grantee: string }>(sql`
    select n.nspname as schema, coalesce(quote_ident(r.rolname), 'PUBLIC') as grantee
    from pg_namespace n
    cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
    left join pg_roles r on r.oid = a.grantee
    where n.nspname in (${hostSchema}, 'tidings', ${queueSchema}) and a.privilege_type = 'CREATE'
      and (a.grantee = 0 or (n.nspname <> ${hostSchema} and a.grantee <> n.nspowner
        and not r.rolsuper and r.rolname <> current_user))
    order by 1, 2`)
}

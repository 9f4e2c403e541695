import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { deliveries, recipients } from '../schema.ts'

/** How many emails of a run the provider has refused because of their address alone. */
export async function countRefusedAddresses(db: Database, runId: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from ${deliveries} d
    join ${recipients} r on r.user_id = d.user_id and r.refused_address = lower(d.address)
    where d.run_id = ${runId} and d.state = 'rejected' and r.refusals > 0`)
  return row?.count ?? 0
}

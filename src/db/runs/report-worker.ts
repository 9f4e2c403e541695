import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { providerAccounts } from '../schema.ts'

/** Records that a worker looks for work. The accounts' rows exist once a worker has started. */
export async function reportWorker(db: Database): Promise<void> {
  await db.execute(sql`
    update ${providerAccounts} set worker_seen_at = now()
    where coalesce(worker_seen_at < now() - interval '5 seconds', true)`)
}

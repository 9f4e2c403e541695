import { sql } from 'drizzle-orm'
import { insertChange } from '../changes/record-change.ts'
import type { Database } from '../client/connect.ts'
import { providerAccounts } from '../schema.ts'

const CODE = sql`jsonb_build_object('reason', split_part(min(reason), ':', 1))`

/**
 * Resumes stopped sending by hand, whatever stopped it, and forgives the bounces and complaints so
 * far. Resolves to the reason for the stop, or null if there was none.
 */
export async function resumeSending(
  db: Database,
  account: string,
  by: 'cli' | 'dashboard',
): Promise<string | null> {
  const [resumed] = await db.execute<{ reason: string }>(sql`
    with stopped as (
      select name, stopped_reason from ${providerAccounts}
      where name = ${account} and stopped_reason is not null for update
    ), resumed as (
    update ${providerAccounts} a set stopped_reason = null, stopped_until = null, stopped_at = null,
      probe_at = null, counted_from = now()
    from stopped where a.name = stopped.name
    returning stopped.stopped_reason as reason
    ), changed as (${insertChange({ type: 'sending.resumed', by, detail: CODE }, sql`resumed`)})
    select reason from resumed`)
  return resumed?.reason ?? null
}

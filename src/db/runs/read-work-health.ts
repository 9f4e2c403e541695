import { sql } from 'drizzle-orm'
import type { WorkHealth } from '../../core/work-health.ts'
import type { Database } from '../client/connect.ts'
import {
  attempts,
  batches,
  deliveries,
  notificationEmailsSent,
  providerAccounts,
  runs,
} from '../schema.ts'

/** So many failures in a row are no coincidence. */
const SEVERAL = 3

/** Reads what shows whether work gets done; partial indexes serve it at any size. */
export async function readWorkHealth(db: Database): Promise<WorkHealth> {
  const [row] = await db.execute<{
    is_read_only: boolean
    worker_seen_at: string | null
    has_work: boolean
    failed_claims: WorkHealth['failedClaims']
    unanswered: { requests: number; since: string; next_at: string; error: string | null } | null
  }>(sql`
    with open as materialized (
      select id, state, attempts, failures, error, frozen_at, next_attempt_at from ${batches}
      where state <> 'resolved' and (failures >= ${SEVERAL} or attempts >= ${SEVERAL})
    ), failed as (
      select count(*) as batches, max(error) as error from open
      where state = 'planned' or failures >= ${SEVERAL}
    ), unanswered as (
      select count(*) as requests, min(frozen_at) as since, min(next_attempt_at) as next_at, (
        select e.error_message from ${deliveries} d
        join ${attempts} a on a.delivery_id = d.id
        join ${notificationEmailsSent} e on e.id = a.email_id
        where d.batch_id = (select id from open where state = 'frozen' order by frozen_at desc limit 1)
          and e.error_message not like 'pending:%'
        order by a.number desc limit 1) as error
      from open where state = 'frozen' and attempts >= ${SEVERAL}
    )
    select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as is_read_only,
      (select to_jsonb(max(worker_seen_at)) #>> '{}' from ${providerAccounts}) as worker_seen_at,
      exists (select from ${runs} where status in ('queued', 'running'))
        or exists (select from ${batches} where state <> 'resolved') as has_work,
      (select to_jsonb(failed) from failed where batches > 0) as failed_claims,
      (select to_jsonb(unanswered) from unanswered where requests > 0) as unanswered`)
  if (!row) throw new Error('the database returned no row')
  const { worker_seen_at: seenAt, unanswered } = row
  return {
    isReadOnly: row.is_read_only,
    workerSeenAt: seenAt ? new Date(seenAt) : null,
    hasWork: row.has_work,
    failedClaims: row.failed_claims,
    unanswered: unanswered && {
      requests: unanswered.requests,
      since: new Date(unanswered.since),
      nextAt: new Date(unanswered.next_at),
      error: unanswered.error,
    },
  }
}

import { sql } from 'drizzle-orm'
import type { ProviderAccount, SendingPause } from '../../core/provider-account.ts'
import { type Deployment, describeMove } from '../../core/send/deployment.ts'
import type { Database } from '../client/connect.ts'
import { deliveries, providerAccounts } from '../schema.ts'
import { isMoved } from './is-moved.ts'

/** Each figure comes from a partial index or from the last minute, so it costs the same at any size. */
export async function readProviderAccount(
  db: Database,
  account: string,
  deployment?: Deployment,
): Promise<ProviderAccount> {
  const [pause, [row]] = await Promise.all([
    readSendingPause(db, deployment),
    db.execute<{
      learnt_rate: number | null
      stopped_at: string | null
      requests: number
      emails: number
      open: number
      unknown: number
    }>(sql`
      select recent.requests, recent.emails, a.learnt_rate,
        case when a.stopped_reason is not null then a.stopped_at end as stopped_at,
        (select count(*)::int from ${deliveries} where closed_at is null) as open,
        (select count(*)::int from ${deliveries}
          where state = 'unknown' and closed_at is null) as unknown
      from (
        select count(distinct batch_id)::int as requests, count(*)::int as emails
        from ${deliveries}
        where state = 'accepted' and closed_at > now() - interval '1 minute'
      ) recent left join ${providerAccounts} a on a.name = ${account}`),
  ])
  if (!row) throw new Error('the database returned no row')
  return {
    pause,
    stoppedAt: row.stopped_at === null ? null : new Date(row.stopped_at),
    learntRate: row.learnt_rate,
    lastMinute: { requests: row.requests, emails: row.emails },
    open: row.open,
    unknown: row.unknown,
  }
}

/** Why nothing is sent now; null while requests may leave. A move comes first, then a stop. */
export async function readSendingPause(
  db: Database,
  deployment?: Deployment,
): Promise<SendingPause | null> {
  const [row] = await db
    .select({ account: providerAccounts, moved: isMoved(deployment) })
    .from(providerAccounts)
    .where(sql`stopped_reason is not null or paused_until > now() or ${isMoved(deployment)}`)
    .orderBy(sql`not ${isMoved(deployment)}, stopped_reason is null`)
    .limit(1)
  if (!row) return null
  const { stoppedReason: reason, stoppedUntil, probeAt, pauseReason, pausedUntil } = row.account
  if (deployment && row.moved) {
    const moved = describeMove(row.account.publicUrl ?? '', deployment.publicUrl)
    return { reason: moved, until: null, stopped: true }
  }
  if (reason === null) return { reason: pauseReason ?? '', until: pausedUntil, stopped: false }
  return { reason, until: stoppedUntil === 'probe' ? probeAt : null, stopped: true }
}

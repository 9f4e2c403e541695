import { type SQL, sql } from 'drizzle-orm'
import type { Deployment } from '../../core/send/deployment.ts'
import type { RateLimiter } from '../../core/send/rate-limiter.ts'
import type { Database } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { providerAccounts } from '../schema.ts'
import { isMoved } from './is-moved.ts'

export interface RateLimiterOptions {
  /** The provider account that the requests go to. */
  account: string
  /** Requests per second; absent: what the provider last reported, or 2. */
  requestsPerSecond?: number | undefined
  /**
   * The share of a learnt rate, 0 to 1, left to the host's own email on the same key: bulk email
   * must not delay a login code. A configured rate is used in full.
   */
  headroom?: number
  /** Grants nothing while the database sends for another deployment; absent: for any. */
  deployment?: Deployment | undefined
}

const CAUTIOUS_RATE = 2
/**
 * The share of a rate that is never used. Of eleven requests, the first may leave this part of a
 * second late before a provider that counts strictly refuses the last one.
 */
const MARGIN = 0.035
/** A request that leaves later than this shifts all later slots. MARGIN covers smaller delays. */
const TOLERATED_LATE_MS = 15
/** How far two clocks may drift between two reservations, and what means that one was adjusted. */
const CLOCK_DRIFT_MS = 0.1
const CLOCK_JUMP_MS = 250
/** How long the others wait for a half-open trial: answers take less, and its process may die. */
const TRIAL_SECONDS = 2
export const HALF_OPEN_TRIAL = 'trial: one request goes ahead to see whether sending works again'

interface SlotRow extends Record<string, unknown> {
  /** Milliseconds since the epoch by the database's clock: the slot, and when it was granted. */
  slot: number
  now: number
  trial: boolean
  learnt: number | null
}

/**
 * GCRA (the generic cell rate algorithm) without a burst, on one row: every process reserves there, so
 * slots are evenly spaced and neither an idle hour nor a second process exceeds the rate.
 */
export async function createRateLimiter(
  db: Database,
  { account, requestsPerSecond, headroom = 0, deployment }: RateLimiterOptions,
): Promise<RateLimiter> {
  await db.insert(providerAccounts).values({ name: account }).onConflictDoNothing()
  /** The rate as this process last saw it: every answer repeats it, and few change it. */
  let learnt: number | null = null
  /** The database's clock minus this process's. A delayed answer makes it appear smaller. */
  let offset = Number.NEGATIVE_INFINITY
  const configured = requestsPerSecond ? requestsPerSecond * (1 - MARGIN) : null
  const spacing = sql`interval '1 second' / coalesce(${configured}::float8,
    learnt_rate * ${1 - Math.max(headroom, MARGIN)}::float8, ${CAUTIOUS_RATE})`
  const seconds = (count: number) => sql`clock_timestamp() + ${count} * interval '1 second'`
  const inMs = (ms: number) => sql`${ms}::float8 * interval '1 millisecond'`
  const epochMs = (time: SQL) => sql`date_part('epoch', ${time}) * 1000`

  async function pausedForMs(): Promise<number> {
    const [row] = await db.execute<{ ms: number }>(sql`
      select case when stopped_reason is not null or ${isMoved(deployment)} then 'infinity'::float8
        else greatest(0, date_part('epoch', paused_until - clock_timestamp()) * 1000) end as ms
      from ${providerAccounts} where name = ${account}`)
    return row?.ms ?? 0
  }

  /** Milliseconds until a slot, from an answer that the database gave at `now`. */
  function until(slot: number, now: number): number {
    const seen = now - performance.now()
    offset = offset - seen > CLOCK_JUMP_MS ? seen : Math.max(seen, offset - CLOCK_DRIFT_MS)
    return slot - offset - performance.now()
  }

  return {
    async reserve(lateMs = 0) {
      const delay = inMs(Math.max(0, lateMs - TOLERATED_LATE_MS))
      // The row's lock orders all processes: each sees the slot, the pause or the stop before it.
      const [row] = await db.execute<SlotRow>(preparedSql`
        update ${providerAccounts} set
          next_at = greatest(next_at + ${delay}, clock_timestamp()) + ${spacing},
          -- While stopped_at is set, nothing was accepted since sending resumed: a half-open trial.
          paused_until = case when stopped_at is null then paused_until
            else ${seconds(TRIAL_SECONDS)} end,
          pause_reason = case when stopped_at is null then pause_reason else ${HALF_OPEN_TRIAL} end
        where name = ${account} and stopped_reason is null and not ${isMoved(deployment)}
          and coalesce(paused_until <= clock_timestamp(), true)
        returning ${epochMs(sql`next_at - ${spacing}`)} as slot, ${epochMs(sql`clock_timestamp()`)} as now,
          stopped_at is not null as trial, learnt_rate as learnt`)
      if (!row) return { kind: 'paused', forMs: await pausedForMs() }
      learnt = row.learnt
      const waitMs = until(row.slot, row.now)
      return { kind: 'granted', waitMs, ...(row.trial && { halfOpenTrial: true }) }
    },
    pausedForMs,
    async learn(rate) {
      if (rate === learnt) return
      // Compare in the row: another process may have overwritten what this one learnt last.
      await db.execute(sql`
        update ${providerAccounts} set learnt_rate = ${rate}::real
        where name = ${account} and learnt_rate is distinct from ${rate}::real`)
    },
    async pause(forSeconds, reason) {
      await db.execute(sql`
        update ${providerAccounts} set pause_reason = ${reason}, paused_until = ${seconds(forSeconds)}
        where name = ${account} and coalesce(paused_until < ${seconds(forSeconds)}, true)`)
    },
    async endHalfOpen() {
      await db.execute(sql`
        update ${providerAccounts} set stopped_at = null, probe_at = null,
          paused_until = case when pause_reason = ${HALF_OPEN_TRIAL} then null else paused_until end
        where name = ${account} and stopped_reason is null`)
    },
  }
}

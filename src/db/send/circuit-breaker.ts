import { type SQL, sql } from 'drizzle-orm'
import type { StoppedUntil } from '../../core/provider-account.ts'
import type { CircuitBreaker } from '../../core/send/circuit-breaker.ts'
import type { Deployment } from '../../core/send/deployment.ts'
import { insertChange } from '../changes/record-change.ts'
import type { Database } from '../client/connect.ts'
import { providerAccounts } from '../schema.ts'
import { isMoved } from './is-moved.ts'
import { HALF_OPEN_TRIAL } from './rate-limiter.ts'
import { readReputation } from './read-reputation.ts'

/** Milliseconds between two probes: at first, and at most. */
export interface ProbeTiming {
  firstProbe: number
  longestProbe: number
}

/** The code of a reason; its text may quote anything. */
const codeOf = (reason: string): SQL =>
  sql`jsonb_build_object('reason', split_part(${reason}::text, ':', 1))`

interface Trip {
  reason: string
  until: StoppedUntil
  /** The first probe runs no sooner. */
  probeInMs?: number | undefined
  /** Trips only if the account still counts from this time (null: from its first email). */
  countedFrom?: string | null
}

/** The circuit breaker of one account, on its row. */
export function createCircuitBreaker(
  db: Database,
  account: string,
  { firstProbe, longestProbe }: ProbeTiming,
  deployment?: Deployment,
): CircuitBreaker {
  const inMs = (ms: number): SQL => sql`${ms} * interval '1 millisecond'`
  /**
   * The interval doubles: the next probe comes after as long as the outage has lasted. `stopped_at`
   * survives a probe whose success did not help: the key works but the domain does not.
   */
  const untilNextProbe = sql`greatest(${inMs(firstProbe)},
    least(${inMs(longestProbe)}, clock_timestamp() - stopped_at))`
  /** The last probe was recent, so this is the same outage. */
  const continues = sql`coalesce(probe_at > clock_timestamp() - ${inMs(2 * longestProbe)}, false)`

  /** A stop that only a person can end replaces one that a probe can end. */
  async function trip({ reason, until, probeInMs = 0, countedFrom }: Trip): Promise<boolean> {
    // Bounces read before sending was resumed by hand must not stop it again.
    const isForgiven =
      countedFrom === undefined
        ? sql`false`
        : sql`counted_from is distinct from ${countedFrom}::timestamptz`
    const tripped = await db.execute(sql`
      with tripped as (
      update ${providerAccounts} set stopped_reason = ${reason}, stopped_until = ${until},
        stopped_at = case when ${continues} then stopped_at else clock_timestamp() end,
        probe_at = case when ${until} = 'probe' then clock_timestamp() + greatest(${inMs(probeInMs)},
          case when ${continues} then ${untilNextProbe} else ${inMs(firstProbe)} end) end,
        paused_until = case when pause_reason = ${HALF_OPEN_TRIAL} then null else paused_until end
      where name = ${account} and not ${isForgiven} and (stopped_reason is null
        or (${until} = 'resumed' and stopped_until = 'probe'))
      returning name
      ), changed as (${insertChange({ type: 'sending.stopped', detail: codeOf(reason) }, sql`tripped`)})
      select name from tripped`)
    if (tripped.length > 0) return true
    // A later answer may know better when to probe.
    await db.execute(sql`
      update ${providerAccounts} set probe_at = clock_timestamp() + ${inMs(probeInMs)}
      where name = ${account} and stopped_until = 'probe' and ${until} = 'probe'
        and probe_at < clock_timestamp() + ${inMs(probeInMs)}`)
    return false
  }

  return {
    trip: (reason, until, probeInMs) => trip({ reason, until, probeInMs }),
    tripFor: (reason, { countedFrom }) => trip({ reason, until: 'resumed', countedFrom }),
    async takeProbe() {
      // Moving the probe's time claims it, and schedules the next one in case this process dies.
      const [taken] = await db.execute<{ reason: string }>(sql`
        update ${providerAccounts} set probe_at = clock_timestamp() + ${untilNextProbe}
        where name = ${account} and stopped_until = 'probe' and probe_at <= clock_timestamp()
          and not ${isMoved(deployment)}
        returning stopped_reason as reason`)
      return taken?.reason ?? null
    },
    async halfOpen(reason) {
      // `stopped_at` stays until a request is accepted; `probe_at` becomes the time of this probe.
      const opened = await db.execute(sql`
        with opened as (
        update ${providerAccounts} set stopped_reason = null, stopped_until = null,
          probe_at = clock_timestamp()
        where name = ${account} and stopped_until = 'probe' and stopped_reason = ${reason}
        returning name
        ), changed as (${insertChange({ type: 'sending.resumed', by: 'probe', detail: codeOf(reason) }, sql`opened`)})
        select name from opened`)
      return opened.length > 0
    },
    reputation: () => readReputation(db, account),
  }
}

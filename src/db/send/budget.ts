import { sql } from 'drizzle-orm'
import type { Budget, HeldSlot } from '../../core/send/budget.ts'
import type { Database } from '../connect.ts'
import { keptSql } from '../kept-sql.ts'
import { lanes } from '../schema.ts'
import { createDatabaseTime } from './database-time.ts'
import { epochMs, takeMoment } from './take-moment.ts'

export interface BudgetOptions {
  /** Which provider account the requests go to. */
  lane: string
  /** Requests a second; absent: what the provider last told, or 2. */
  requestsPerSecond?: number | undefined
  /**
   * The share of a learnt rate, 0 to 1, that is left to the host's own mail on the same key: bulk mail
   * must not keep somebody from a login code. Nothing of a configured rate.
   */
  headroom?: number
}

const CAUTIOUS_RATE = 2
/**
 * The share of a rate that is never used: requests arrive less evenly than they leave, and a provider
 * that counts to the millisecond would refuse one of two that came a little closer together.
 */
const MARGIN = 0.02
/** For how long the others wait for a trial: an answer takes less, and its process may have died. */
const TRIAL_SECONDS = 2
export const TRIAL = 'trial: one request goes ahead to see whether sending works again'

interface SlotRow extends Record<string, unknown> {
  /** Milliseconds since the epoch, by the database's clock: the moment, and when it was given. */
  moment: number
  given: number
  trial: boolean
  learnt_rate: number | null
}

/**
 * The request budget as one row in the database: every process takes its moments from the same row,
 * so that neither a burst nor a second node exceeds it.
 */
export async function createBudget(
  db: Database,
  { lane, requestsPerSecond, headroom = 0 }: BudgetOptions,
): Promise<Budget> {
  await db.insert(lanes).values({ name: lane }).onConflictDoNothing()
  /** As the row had it last: what every answer tells again need not be written again. */
  let learnt: number | null = null
  const databaseTime = createDatabaseTime()
  const rate = sql`coalesce(${requestsPerSecond ? requestsPerSecond * (1 - MARGIN) : null}::float8,
    learnt_rate * ${1 - Math.max(headroom, MARGIN)}::float8, ${CAUTIOUS_RATE})`
  return {
    async reserve(inMs = 0, told = []) {
      // All of it over the row itself: what has waited for its lock sees what the one before has set.
      const [slot] = await db.execute<SlotRow>(keptSql`
        update ${lanes} set
          (next_at, moments) = (${takeMoment(rate, inMs, told)}),
          -- An open lane that knows when it was stopped has not been tried since.
          paused_until = case when stopped_at is null then paused_until
            else clock_timestamp() + ${TRIAL_SECONDS} * interval '1 second' end,
          pause_reason = case when stopped_at is null then pause_reason else ${TRIAL} end
        where name = ${lane} and stopped_reason is null
          and coalesce(paused_until <= clock_timestamp(), true)
        returning ${epochMs(sql`moments[cardinality(moments)]`)} as moment,
          ${epochMs(sql`clock_timestamp()`)} as given, stopped_at is not null as trial, learnt_rate`)
      if (slot) {
        learnt = slot.learnt_rate
        const waitMs = Math.max(0, slot.moment - databaseTime(slot.given))
        return { waitMs, moment: slot.moment, ...(slot.trial && { trial: true }) }
      }
      return (await readHeld(db, lane)) ?? { pausedForMs: 0 }
    },
    held: () => readHeld(db, lane),
    async learn(rate) {
      if (rate === learnt) return
      // Compared in the row: what this process was told last, another may have overwritten.
      await db.execute(sql`
        update ${lanes} set learnt_rate = ${rate}::real
        where name = ${lane} and learnt_rate is distinct from ${rate}::real`)
    },
    async pause(seconds, reason) {
      await db.execute(sql`
        update ${lanes} set pause_reason = ${reason},
          paused_until = now() + ${seconds} * interval '1 second'
        where name = ${lane}
          and coalesce(paused_until < now() + ${seconds} * interval '1 second', true)`)
    },
    async endTrial(proved) {
      await db.execute(sql`
        update ${lanes} set
          stopped_at = case when ${proved} then null else stopped_at end,
          probe_at = case when ${proved} then null else probe_at end,
          paused_until = case when pause_reason = ${TRIAL} then null else paused_until end
        where name = ${lane} and stopped_reason is null`)
    },
  }
}

async function readHeld(db: Database, lane: string): Promise<HeldSlot | null> {
  const [row] = await db.execute<{ ms: number | null; stopped: boolean }>(sql`
    select stopped_reason is not null as stopped,
      greatest(0, extract(epoch from greatest(
        paused_until, case when stopped_reason is not null then probe_at end
      ) - clock_timestamp()) * 1000)::real as ms
    from ${lanes} where name = ${lane}`)
  if (!row) return null
  if (row.stopped) return { pausedForMs: row.ms ?? 0, stopped: true }
  return row.ms ? { pausedForMs: row.ms } : null
}

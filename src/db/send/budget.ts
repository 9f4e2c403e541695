import { sql } from 'drizzle-orm'
import type { Budget, Slot } from '../../core/send/budget.ts'
import type { Database } from '../connect.ts'
import { lanes } from '../schema.ts'

export interface BudgetOptions {
  /** Which provider account the requests go to. */
  lane: string
  /** Requests a second; absent: what the provider last told, or 2. */
  requestsPerSecond?: number | undefined
}

const CAUTIOUS_RATE = 2

/**
 * The request budget as one row in the database: every process takes its moments from the same row,
 * each one interval after the one before, so that neither a burst nor a second node exceeds it.
 */
export async function createBudget(
  db: Database,
  { lane, requestsPerSecond }: BudgetOptions,
): Promise<Budget> {
  await db.insert(lanes).values({ name: lane }).onConflictDoNothing()
  let told: number | undefined
  return {
    async reserve() {
      const [slot] = await db.execute<{ wait_ms: number }>(sql`
        update ${lanes} set next_at = greatest(next_at, clock_timestamp()) + spacing.between
        from (
          select interval '1 second'
            / coalesce(${requestsPerSecond ?? null}::real, learnt_rate, ${CAUTIOUS_RATE}) as between
          from ${lanes} where name = ${lane}
        ) spacing
        where name = ${lane} and coalesce(paused_until <= clock_timestamp(), true)
        returning greatest(0, extract(epoch from
          next_at - spacing.between - clock_timestamp()) * 1000)::real as wait_ms`)
      return slot ? { waitMs: slot.wait_ms } : readPause(db, lane)
    },
    async learn(rate) {
      if (rate === told) return
      await db.execute(sql`update ${lanes} set learnt_rate = ${rate} where name = ${lane}`)
      told = rate
    },
    async pause(seconds, reason) {
      await db.execute(sql`
        update ${lanes} set pause_reason = ${reason},
          paused_until = greatest(paused_until, now() + ${seconds} * interval '1 second')
        where name = ${lane}`)
    },
  }
}

async function readPause(db: Database, lane: string): Promise<Slot> {
  const [row] = await db.execute<{ ms: number | null }>(sql`
    select greatest(0, extract(epoch from paused_until - clock_timestamp()) * 1000)::real as ms
    from ${lanes} where name = ${lane}`)
  return { pausedForMs: row?.ms ?? 0 }
}

import type { PgBoss } from 'pg-boss'
import { nextTick, type Schedule } from '../core/runs/schedule.ts'

/** What the job of a tick carries. Null: an older version, or an operator, enqueued it. */
export interface Tick extends Schedule {
  /** The time of the tick, as ISO 8601. */
  at: string
}

/**
 * Keeps one job waiting for the next tick of the schedule. If no process runs at that time, the job waits
 * for the next process, so that a missed tick starts one run.
 */
export function createTickPlanner(boss: PgBoss, queue: string) {
  let schedule: Schedule | null | undefined

  return {
    use(next: Schedule | null): void {
      schedule = next
    },
    /** Before `use` it does nothing. @param current the tick that is running */
    async plan(current: Tick | null = null): Promise<void> {
      if (schedule === undefined) return
      const { cron, timeZone } = schedule ?? {}
      const waiting = await boss.findJobs<Tick | null>(queue, { queued: true })
      const planned = waiting.filter(({ data }) => data)
      const stale = planned.filter(({ data }) => data?.cron !== cron || data?.timeZone !== timeZone)
      if (stale.length > 0)
        await boss.deleteJob(
          queue,
          stale.map(({ id }) => id),
        )
      if (!schedule || planned.length > stale.length) return
      // The clock of the database may run ahead. The same tick must not come twice.
      const after = Math.max(Date.now(), current ? Date.parse(current.at) : 0)
      const at = nextTick(schedule, new Date(after))
      const tick: Tick = { ...schedule, at: at.toISOString() }
      await boss.send(queue, tick, { startAfter: at, singletonKey: 'next' })
    },
  }
}

import type { Config } from '../../config/config.ts'
import { nextTick } from '../../core/runs/schedule.ts'
import type { Database } from '../../db/client/connect.ts'
import { readBacklog } from '../../db/runs/read-backlog.ts'
import { readOperations } from '../../db/runs/read-operations.ts'
import { readWorkHealth } from '../../db/runs/read-work-health.ts'
import { readReputation } from '../../db/send/read-reputation.ts'
import { ACCOUNT } from '../circuit-log.ts'
import { guardedDeployment } from '../deployment.ts'
import type { Readings } from './metrics.ts'

/** Reads what the gauges show, in a few queries of constant cost. */
export async function readMetrics(config: Config, db: Database): Promise<Readings> {
  const [backlog, operations, health, reputation] = await Promise.all([
    readBacklog(db, guardedDeployment(config)),
    readOperations(db, config.queueSchema),
    readWorkHealth(db),
    readReputation(db, ACCOUNT, SHOWN_FROM),
  ])
  return {
    backlog: { ...backlog },
    operations,
    health,
    reputation,
    scheduleSeconds: interval(config),
  }
}

/** Shares are exact from a tenth of the limit. */
const SHOWN_FROM = 10

/** Enough for a week of one run a day, with its weekend. */
const TICKS = 8

/** The longest time between the next runs, in seconds: a schedule may leave out the weekend. */
function interval({ schedule: cron, scheduleTimeZone: timeZone }: Config): number | null {
  if (!cron) return null
  let longest = 0
  let tick = nextTick({ cron, timeZone }, new Date())
  for (let count = 0; count < TICKS; count += 1) {
    const next = nextTick({ cron, timeZone }, tick)
    longest = Math.max(longest, next.getTime() - tick.getTime())
    tick = next
  }
  return longest / 1_000
}

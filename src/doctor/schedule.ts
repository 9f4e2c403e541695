import { nextTick } from '../core/runs/schedule.ts'
import { type Finding, ok } from './finding.ts'

const TICKS = 3

/** Reports when the next scheduled runs start. */
export function checkSchedule(cron: string | null, timeZone: string, now: Date): Finding[] {
  if (!cron) return [ok('schedule', 'off: runs start by HTTP or from the command line')]
  // The Swedish locale writes dates as in ISO 8601.
  const clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const next: string[] = []
  for (let tick = now; next.length < TICKS; next.push(clock.format(tick))) {
    tick = nextTick({ cron, timeZone }, tick)
  }
  return [ok('schedule', `${cron}: next ${next.join(', ')} (${timeZone})`)]
}

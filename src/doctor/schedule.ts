import { CronExpressionParser } from 'cron-parser'
import { type Finding, ok } from './finding.ts'

const TICKS = 3

/** Reports when the next scheduled runs start. */
export function checkSchedule(cron: string | null, timeZone: string, now: Date): Finding[] {
  if (!cron) return [ok('schedule', 'off: runs start by HTTP or from the command line')]
  const ticks = CronExpressionParser.parse(cron, { tz: timeZone, currentDate: now })
  // The Swedish locale writes dates as in ISO 8601.
  const clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const next = Array.from({ length: TICKS }, () => clock.format(ticks.next().toDate()))
  return [ok('schedule', `${cron}: next ${next.join(', ')} (${timeZone})`)]
}

import { CronExpressionParser } from 'cron-parser'
import { type Finding, ok } from './finding.ts'

const TICKS = 3

/** When the next runs start by themselves. */
export function checkSchedule(cron: string | null, timeZone: string, now: Date): Finding[] {
  if (!cron) return [ok('schedule', 'off: runs start by HTTP or by command')]
  const ticks = CronExpressionParser.parse(cron, { tz: timeZone, currentDate: now })
  // Swedes write a date as ISO 8601 has it.
  const clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const next = Array.from({ length: TICKS }, () => clock.format(ticks.next().toDate()))
  return [ok('schedule', `${cron}: next ${next.join(', ')} (${timeZone})`)]
}

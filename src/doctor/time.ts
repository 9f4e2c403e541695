import { type Finding, fail, ok, warn } from './finding.ts'

export interface TimeZoneReading {
  /** The time zone of the role's sessions, such as `Asia/Kolkata`. */
  timeZone: string
  /** Where it is set: the value of pg_settings.source. */
  source: string
}

const SOURCES: Record<string, string> = {
  user: 'set for the role',
  'database user': 'set for the role in this database',
  database: 'set for the database',
  client: 'set in DATABASE_URL',
  session: 'set in DATABASE_URL',
}

/** Reports the session's time zone; the rules do not depend on it. */
export function checkTimeZone({ timeZone, source }: TimeZoneReading): Finding[] {
  const isUtc = /^(UTC|Etc\/UTC|GMT|UCT|Zulu)$/i.test(timeZone)
  const text = `${timeZone}, ${SOURCES[source] ?? 'the server’s default'}`
  return [ok('time zone', isUtc ? text : `${text}; not UTC, which has no effect on the rules`)]
}

/**
 * Checks the clock difference: the database dates attempts, this machine dates webhooks and the schedule.
 *
 * @param skewMs how far the database's clock is ahead of this machine's, corrected for the round trip
 */
export function checkClock(skewMs: number): Finding[] {
  const seconds = Math.abs(skewMs) / 1000
  const text = `the database’s clock is ${seconds.toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} this machine’s`
  const fix = 'synchronise both clocks with NTP (timedatectl set-ntp true)'
  if (seconds > 60) return [fail('clock', text, fix)]
  if (seconds > 2) return [warn('clock', text, fix)]
  return [ok('clock', seconds < 0.1 ? 'the database’s clock and this machine’s agree' : text)]
}

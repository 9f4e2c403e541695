import { type Finding, fail, ok, warn } from './finding.ts'

export interface TimeZoneReading {
  /** What a session of this role has: a name such as `Asia/Kolkata`. */
  timeZone: string
  /** Who says so, as pg_settings.source has it. */
  source: string
}

const SOURCES: Record<string, string> = {
  user: 'set for the role',
  'database user': 'set for the role in this database',
  database: 'set for the database',
  client: 'asked for in DATABASE_URL',
  session: 'asked for in DATABASE_URL',
}

/** No rule goes by the session's time zone, so any will do. */
export function checkTimeZone({ timeZone, source }: TimeZoneReading): Finding[] {
  const isUtc = /^(UTC|Etc\/UTC|GMT|UCT|Zulu)$/i.test(timeZone)
  const said = `${timeZone}, ${SOURCES[source] ?? 'the server’s own'}`
  return [ok('time zone', isUtc ? said : `${said}; not UTC, which the rules do not mind`)]
}

/**
 * Attempts are dated by the database, webhooks and the schedule by this machine.
 *
 * @param skewMs how far the database's clock is ahead of this machine's, the way there taken off
 */
export function checkClock(skewMs: number): Finding[] {
  const seconds = Math.abs(skewMs) / 1000
  const told = `the database’s clock is ${seconds.toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} this machine’s`
  const fix = 'let both keep their clocks by NTP (timedatectl set-ntp true)'
  if (seconds > 60) return [fail('clock', told, fix)]
  if (seconds > 2) return [warn('clock', told, fix)]
  return [ok('clock', seconds < 0.1 ? 'the database’s clock and this machine’s agree' : told)]
}

import { CronExpressionParser } from 'cron-parser'

/** When runs start by themselves. */
export interface Schedule {
  /** A cron expression of five fields. */
  cron: string
  /** The zone in which it is read, such as `Europe/Berlin`. */
  timeZone: string
}

const DAY_MS = 86_400_000
const HOURS = 24

/**
 * The first tick after an instant. A time that the clock skips moves to the first valid moment after
 * the gap, and a time that occurs twice ticks once. An expression for every hour ticks in each of them.
 *
 * @throws Error if the expression is invalid, or never matches
 */
export function nextTick({ cron, timeZone }: Schedule, after: Date): Date {
  // The expression is evaluated as if the zone's wall clock were UTC, which has no gaps.
  const expression = CronExpressionParser.parse(cron, { tz: 'UTC' })
  const nextWall = (wall: number) => {
    expression.reset(new Date(wall))
    return expression.next().getTime()
  }
  const zone = createZone(timeZone)
  const isHourly = expression.fields.hour.values.length === HOURS
  const find = isHourly ? findHourly : findDaily
  return new Date(find(zone, nextWall, after.getTime()))
}

interface Zone {
  /** Milliseconds that the wall clock is ahead of UTC. */
  offsetAt(instant: number): number
  /** The first instant in the range with another offset than its beginning. */
  changeWithin(from: number, to: number): number
}

function findDaily(zone: Zone, nextWall: (wall: number) => number, after: number): number {
  let wall = after + zone.offsetAt(after)
  for (;;) {
    wall = nextWall(wall)
    const instant = toInstant(zone, wall)
    if (instant > after) return instant
  }
}

function findHourly(zone: Zone, nextWall: (wall: number) => number, after: number): number {
  let from = after
  for (;;) {
    const offset = zone.offsetAt(from)
    const instant = nextWall(from + offset) - offset
    if (zone.offsetAt(instant) === offset) return instant
    from = zone.changeWithin(from, instant)
    const wall = from + zone.offsetAt(from)
    if (nextWall(wall - 1) === wall) return from
  }
}

/** The first instant at which the wall clock shows a time, or the end of the gap that skips it. */
function toInstant(zone: Zone, wall: number): number {
  const offsets = [zone.offsetAt(wall - DAY_MS), zone.offsetAt(wall + DAY_MS)]
  const instants = offsets
    .map(offset => ({ instant: wall - offset, offset }))
    .filter(({ instant, offset }) => zone.offsetAt(instant) === offset)
    .map(({ instant }) => instant)
  if (instants.length > 0) return Math.min(...instants)
  return zone.changeWithin(wall - DAY_MS, wall + DAY_MS)
}

function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  const offsetAt = (instant: number) => {
    const found = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(found.get(type))
    const day = Date.UTC(part('year'), part('month') - 1, part('day'))
    const seconds = (part('hour') * 60 + part('minute')) * 60 + part('second')
    return day + seconds * 1_000 - Math.floor(instant / 1_000) * 1_000
  }
  return {
    offsetAt,
    changeWithin(from, to) {
      const before = offsetAt(from)
      let [low, high] = [Math.floor(from / 1_000), Math.ceil(to / 1_000)]
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (offsetAt(middle * 1_000) === before) low = middle
        else high = middle
      }
      return high * 1_000
    },
  }
}

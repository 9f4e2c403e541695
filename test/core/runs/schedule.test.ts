import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextTick, type Schedule } from '../../../src/core/runs/schedule.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The next ticks after an instant, as ISO 8601. */
function ticks(schedule: Schedule, after: string, count: number): string[] {
  const found: string[] = []
  let at = new Date(after)
  while (found.length < count) {
    at = nextTick(schedule, at)
    found.push(at.toISOString().replace(':00.000Z', 'Z'))
  }
  return found
}

test('a time that the clock skips ticks at the first valid moment after the gap', () => {
  const newYork = { cron: '30 2 * * *', timeZone: 'America/New_York' }
  expect(ticks(newYork, '2027-03-13T12:00Z', 2)).toEqual(['2027-03-14T07:00Z', '2027-03-15T06:30Z'])
  const cairo = { cron: '0 0 * * *', timeZone: 'Africa/Cairo' }
  expect(ticks(cairo, '2027-04-29T12:00Z', 2)).toEqual(['2027-04-29T22:00Z', '2027-04-30T21:00Z'])
})

test('several times in one gap tick once', () => {
  const schedule = { cron: '0,30 2,3 * * *', timeZone: 'America/New_York' }
  expect(ticks(schedule, '2027-03-14T05:00Z', 3)).toEqual([
    ...['2027-03-14T07:00Z', '2027-03-14T07:30Z', '2027-03-15T06:00Z'],
  ])
})

test('a time that occurs twice ticks once', () => {
  const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' }
  expect(ticks(berlin, '2027-10-30T12:00Z', 2)).toEqual(['2027-10-31T00:30Z', '2027-11-01T01:30Z'])
  expect(ticks(berlin, '2027-10-31T00:45Z', 1)).toEqual(['2027-11-01T01:30Z'])
})

test('an expression for every hour ticks in each hour, also across a change of the clock', () => {
  const schedule = { cron: '*/30 * * * *', timeZone: 'Europe/Berlin' }
  for (const change of ['2027-03-28T01:00Z', '2027-10-31T01:00Z']) {
    const start = Date.parse(change) - 2 * HOUR_MS
    const expected = Array.from({ length: 8 }, (_, at) =>
      new Date(start + ((at + 1) * HOUR_MS) / 2).toISOString().replace(':00.000Z', 'Z'),
    )
    expect(ticks(schedule, new Date(start).toISOString(), 8)).toEqual(expected)
  }
})

test('in every zone a daily expression ticks every 23 to 25 hours', () => {
  // Antarctica/Troll changes its clock by two hours.
  const zones = Intl.supportedValuesOf('timeZone').filter(zone => zone !== 'Antarctica/Troll')
  const all = zones.flatMap(timeZone => changesOf(timeZone, Date.parse('2026-11-28'), 730))
  // One zone for all that change alike.
  const changes = [...new Map(all.map(change => [change.key, change])).values()]
  expect(changes.length).toBeGreaterThan(50)
  const minute = fc.integer({ min: 0, max: 24 * 60 - 1 })
  for (const { timeZone, day } of changes) {
    fc.assert(
      fc.property(minute, minute => {
        const schedule = { cron: `${minute % 60} ${Math.floor(minute / 60)} * * *`, timeZone }
        let at = nextTick(schedule, new Date(day - 2 * DAY_MS))
        for (let count = 0; count < 4; count++) {
          const next = nextTick(schedule, at)
          const hours = (next.getTime() - at.getTime()) / HOUR_MS
          expect(hours).toBeGreaterThanOrEqual(23)
          expect(hours).toBeLessThanOrEqual(25)
          at = next
        }
      }),
      { numRuns: 4 },
    )
  }
})

/** The days, as midnights in UTC, within which a zone's offset changes. */
function changesOf(timeZone: string, from: number, days: number) {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const offsets = Array.from({ length: days + 1 }, (_, at) => {
    const day = from + at * DAY_MS
    return { day, offset: format.format(day).split('GMT')[1] }
  })
  return offsets.slice(1).flatMap(({ day, offset }, at) => {
    const before = offsets[at]?.offset
    return before === offset ? [] : [{ timeZone, day, key: `${day} ${before} ${offset}` }]
  })
}

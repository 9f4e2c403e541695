const DAY_MS = 86_400_000

const units = [
  { ms: 60_000, name: 'min' },
  { ms: 3_600_000, name: 'h' },
  { ms: DAY_MS, name: 'd' },
]

/** The time from a date to `at`, in whole units: `2 h ago`. */
export function formatAge(date: Date | null, at: Date): string {
  if (!date) return 'with an invalid time'
  const ms = at.getTime() - date.getTime()
  const largest = units.findLast(unit => ms >= unit.ms)
  return largest ? `${Math.floor(ms / largest.ms)} ${largest.name} ago` : 'just now'
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
})

/** `14 Nov 09:12 UTC`, with the year if it differs from the year of `at`. */
export function inUtc(date: Date | null, at: Date): string {
  if (!date) return 'an invalid time'
  const year = date.getUTCFullYear()
  const day = dayFormat.format(date)
  const time = date.toISOString().replace(/^.*T(\d\d:\d\d).*$/, '$1')
  return `${year === at.getUTCFullYear() ? day : `${day} ${year}`} ${time} UTC`
}

export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS)
}

/** `1 day`, `7 days`. */
export function formatDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}

/** Moments as people read them: absolute, in UTC, the same on every machine. */
export interface Times {
  /** `14 Nov, 09:12`, with the year when it is not the year of `now`. */
  moment(at: Date, now: Date): string
  /** `3 March`, with the year when it is not the year of `now`. */
  day(at: Date, now: Date): string
}

/** `locale` is a BCP 47 tag; ICU's data comes with Node. */
export function createTimes(locale: string): Times {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const moment = format({ day: 'numeric', month: 'short', ...clock })
  const momentWithYear = format({ day: 'numeric', month: 'short', year: 'numeric', ...clock })
  const day = format({ day: 'numeric', month: 'long' })
  const dayWithYear = format({ day: 'numeric', month: 'long', year: 'numeric' })
  const sameYear = (at: Date, now: Date) => at.getUTCFullYear() === now.getUTCFullYear()
  return {
    moment: (at, now) => (sameYear(at, now) ? moment : momentWithYear).format(at),
    day: (at, now) => (sameYear(at, now) ? day : dayWithYear).format(at),
  }
}

import { noFacts, type Stats, type StatsRow } from '../../core/audit/audit.ts'
import type { EmailType } from '../../core/email-type.ts'

/** The counts of one day, for one type or both. */
export type Day = { day: string } & Omit<StatsRow, 'at' | 'type'>

const DAY_MS = 86_400_000

/** Every day of the range, including days without attempts; oldest first. */
export function daysOf({ from, to, rows }: Stats, type: EmailType | undefined): Day[] {
  const days = new Map<string, Day>()
  for (let at = startOfDay(from); at < to.getTime(); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10)
    days.set(day, { day, ...noFacts })
  }
  for (const row of rows) {
    const day = days.get(row.at.toISOString().slice(0, 10))
    if (day && (!type || row.type === type)) addTo(day, row)
  }
  return [...days.values()]
}

export function totalOf(days: Day[]): Omit<Day, 'day'> {
  const total = { ...noFacts }
  for (const day of days) addTo(total, day)
  return total
}

type Counts = typeof noFacts

/** Adds counts to `sum`, in place. */
export function addTo(sum: Counts, counts: Counts): void {
  for (const name of Object.keys(noFacts) as (keyof Counts)[]) sum[name] += counts[name]
}

function startOfDay(at: Date): number {
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
}

import type { Stats, StatsRow } from '../core/audit/audit.ts'
import type { EmailType } from '../core/render/digest.ts'

/** One day's figures, of one type or of both. */
export type Day = { day: string } & Omit<StatsRow, 'at' | 'type'>

const DAY_MS = 86_400_000

/** Every day of the stretch, also those on which nothing happened; oldest first. */
export function daysOf({ from, to, rows }: Stats, type: EmailType | undefined): Day[] {
  const days = new Map<string, Day>()
  for (let at = startOfDay(from); at < to.getTime(); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10)
    days.set(day, { day, ...nothing() })
  }
  for (const row of rows) {
    const day = days.get(row.at.toISOString().slice(0, 10))
    if (day && (!type || row.type === type)) add(day, row)
  }
  return [...days.values()]
}

export function totalOf(days: Day[]): Omit<Day, 'day'> {
  const total = nothing()
  for (const day of days) add(total, day)
  return total
}

const names = [
  'accepted',
  'failed',
  'unknown',
  'pending',
  'delivered',
  'bounced',
  'complained',
] as const
type Figures = Record<(typeof names)[number], number>

function nothing(): Figures {
  return {
    accepted: 0,
    failed: 0,
    unknown: 0,
    pending: 0,
    delivered: 0,
    bounced: 0,
    complained: 0,
  }
}

function add(sum: Figures, figures: Figures): void {
  for (const name of names) sum[name] += figures[name]
}

function startOfDay(at: Date): number {
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
}

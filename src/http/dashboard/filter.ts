import type { AttemptFilter } from '../../core/audit/audit.ts'
import { isUuid } from '../../core/uuid.ts'
import { single } from './single.ts'

/** The fields of the filter that are filled in, as they came. */
export interface FilterFields {
  user?: string
  type?: string
  outcome?: string
  from?: string
  to?: string
  notification?: string
  error?: string
  run?: string
}

export interface AskedFilter {
  fields: FilterFields
  /** What is wrong with which field. */
  faults: Partial<Record<keyof FilterFields, string>>
  filter: AttemptFilter
}

const names = ['user', 'type', 'outcome', 'from', 'to', 'notification', 'error', 'run'] as const
const DAY_MS = 86_400_000

/** Reads the filter out of an address, and says of each field what is wrong with it. */
export function readFilter(query: Record<string, unknown>): AskedFilter {
  const fields: FilterFields = {}
  for (const name of names) {
    const text = single(query[name]).trim().slice(0, 500).replaceAll('\0', '')
    if (text !== '') fields[name] = text
  }
  const faults: AskedFilter['faults'] = {}
  const filter: AttemptFilter = {}
  const { user, type, outcome, from, to, notification, error, run } = fields
  if (user) {
    if (isUuid(user)) filter.userId = user
    else faults.user = 'An id is a UUID; names are found under People.'
  }
  if (run) {
    if (isUuid(run)) filter.runId = run
    else faults.run = 'A run’s id is a UUID.'
  }
  if (type === 'new_notifications' || type === 'outstanding_reminder') filter.type = type
  else if (type) faults.type = 'There is no such type.'
  if (outcome === 'accepted' || outcome === 'not-accepted') filter.success = outcome === 'accepted'
  else if (outcome) faults.outcome = 'There is no such outcome.'
  if (notification) {
    if (isUuid(notification)) filter.notificationId = notification
    else faults.notification = 'A notification’s id is a UUID.'
  }
  if (error) filter.error = error
  if (from) {
    const day = readDay(from)
    if (day) filter.from = day
    else faults.from = 'A day looks like 2026-11-24.'
  }
  if (to) {
    const day = readDay(to)
    // The day itself is meant as well.
    if (day) filter.to = new Date(day.getTime() + DAY_MS)
    else faults.to = 'A day looks like 2026-11-24.'
  }
  return { fields, faults, filter }
}

/** Midnight UTC of a day that exists; not of year 0 or 9999, from where PostgreSQL cannot follow. */
function readDay(text: string): Date | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || /^(0000|9999)/.test(text)) return null
  const day = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text ? null : day
}

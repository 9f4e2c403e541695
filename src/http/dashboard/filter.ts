import type { AttemptFilter } from '../../core/audit/audit.ts'
import { PROGRESS } from '../../core/events/progress.ts'
import { isUuid } from '../../core/uuid.ts'
import { single } from './single.ts'

/** The non-empty fields of the filter form, as entered. */
export interface FilterFields {
  user?: string
  type?: string
  outcome?: string
  progress?: string
  from?: string
  to?: string
  notification?: string
  error?: string
  run?: string
}

export interface ParsedFilter {
  fields: FilterFields
  /** Messages for the invalid fields. */
  faults: Partial<Record<keyof FilterFields, string>>
  filter: AttemptFilter
}

const names = [
  'user',
  'type',
  'outcome',
  'progress',
  'from',
  'to',
  'notification',
  'error',
  'run',
] as const
const DAY_MS = 86_400_000
const INVALID_DAY = 'Enter a day such as 2026-11-24.'

/** Parses the filter from a query string. Invalid fields get a message and do not filter. */
export function parseFilter(query: Record<string, unknown>): ParsedFilter {
  const fields: FilterFields = {}
  for (const name of names) {
    const text = single(query[name]).trim().slice(0, 500).replaceAll('\0', '')
    if (text !== '') fields[name] = text
  }
  const faults: ParsedFilter['faults'] = {}
  const filter: AttemptFilter = {}
  const { user, type, outcome, progress, from, to, notification, error, run } = fields
  if (user) {
    if (isUuid(user)) filter.userId = user
    else faults.user = 'A user id is a UUID. Search for names under Users.'
  }
  if (run) {
    if (isUuid(run)) filter.runId = run
    else faults.run = 'A run id is a UUID.'
  }
  if (type === 'new_notifications' || type === 'outstanding_reminder') filter.type = type
  else if (type) faults.type = 'No such type.'
  if (outcome === 'accepted' || outcome === 'not-accepted') filter.success = outcome === 'accepted'
  else if (outcome) faults.outcome = 'No such outcome.'
  const known = PROGRESS.find(name => name === progress)
  if (known) filter.progress = known
  else if (progress) faults.progress = 'No such status.'
  if (notification) {
    if (isUuid(notification)) filter.notificationId = notification
    else faults.notification = 'A notification id is a UUID.'
  }
  if (error) filter.error = error
  if (from) {
    const day = parseDay(from)
    if (day) filter.from = day
    else faults.from = INVALID_DAY
  }
  if (to) {
    const day = parseDay(to)
    // The day itself is included.
    if (day) filter.to = new Date(day.getTime() + DAY_MS)
    else faults.to = INVALID_DAY
  }
  return { fields, faults, filter }
}

/** Midnight UTC of an existing day, or null. Years 0 and 9999 would exceed PostgreSQL's range. */
function parseDay(text: string): Date | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || /^(0000|9999)/.test(text)) return null
  const day = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text ? null : day
}

/** What the feed reports. Emails are reported by their final outcome, then by what became of them. */
export const changeTypes = [
  'setting.changed',
  'preference.changed',
  'address.suppressed',
  'address.lifted',
  'email.accepted',
  'email.failed',
  'email.unknown',
  'email.bounced',
  'email.complained',
  'run.completed',
  'sending.stopped',
  'sending.resumed',
] as const
export type ChangeType = (typeof changeTypes)[number]

/** What changed a setting, a preference or a suppression, or resumed sending. */
export const changeSources = [
  'link',
  'api',
  'cli',
  'dashboard',
  'complaint',
  'event',
  'probe',
] as const
export type ChangeSource = (typeof changeSources)[number]

/** One change. It has ids and codes, and of a user's data only the address of a suppression. */
export interface Change {
  /** Never changes and is never used again. */
  id: string
  type: ChangeType
  at: Date
  by: ChangeSource | null
  userId: string | null
  /** The attempt, as in `/v1/emails/{id}`; null for other changes, or if its row could not be written. */
  emailId: string | null
  runId: string | null
  /** `from` and `to` of a setting or of preferences, `address` and `reason` of a suppression, and the like. */
  detail: Record<string, unknown> | null
}

/** The place in the feed after a change: its row, and its number in it, from 1. */
export interface FeedPosition {
  row: number
  item: number
}

export interface ChangeFilter {
  type?: ChangeType | undefined
  userId?: string | undefined
}

export interface ChangePage {
  changes: Change[]
  /** Where to go on, also at the end of the feed; null only if nothing was ever reported. */
  next: FeedPosition | null
  /** Whether more can be read at once. A page may have fewer changes than its limit, or none. */
  more: boolean
}

export interface ChangeFeed {
  /** Oldest first. Reading on from `next` misses no change, however long its transaction took. */
  list(filter: ChangeFilter, limit: number, after?: FeedPosition): Promise<ChangePage>
}

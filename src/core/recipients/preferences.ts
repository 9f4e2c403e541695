export const frequencies = ['each_run', 'daily', 'weekly'] as const
export type Frequency = (typeof frequencies)[number]

/** What changed a preference: a link in an email, or a person elsewhere. */
export const preferenceSources = ['link', 'api', 'cli'] as const
export type PreferenceSource = (typeof preferenceSources)[number]

/** A muted thing: notifications whose metadata has this value under this key. */
export interface Mute {
  key: string
  value: string
  until: Date | null
}

/** When and what a user wants to be emailed. */
export interface Preferences {
  userId: string
  frequency: Frequency
  /** 0 to 23; null: at any hour. */
  hour: number | null
  /** 1 (Monday) to 7; null: on any day. */
  weekday: number | null
  /** Such as `Europe/Berlin`; null: the operator's. */
  timeZone: string | null
  /** As `21:00-08:00`; null: none. */
  quietHours: string | null
  /** 1 (Monday) to 7; null: all. */
  weekdays: number[] | null
  /** No email of either type before this time; null: not paused, or no longer. */
  pausedUntil: Date | null
  mutedTypes: string[]
  mutes: Mute[]
  /** `default`: the user prefers nothing else. */
  source: 'default' | 'user'
}

/** The preferences that the rules enforce, so that they can be set. Null resets one. */
export interface PreferenceChanges {
  pausedUntil?: Date | null | undefined
}

/** The preferences that no rule enforces yet. Storing one would promise what does not happen. */
export const unenforcedPreferences = [
  'frequency',
  'hour',
  'weekday',
  'timeZone',
  'quietHours',
  'weekdays',
  'mutedTypes',
  'mutes',
] as const satisfies (keyof Preferences)[]

/** What to expect of an unenforced preference. */
export const UNENFORCED = 'null, because this version does not act on it yet'

/** Both return null if there is no such user. */
export interface PreferenceStore {
  find(userId: string): Promise<Preferences | null>
  /**
   * Changes what is named and keeps the rest; takes effect with the next claim. Emails in flight are not
   * recalled.
   */
  change(
    userId: string,
    changes: PreferenceChanges,
    by: PreferenceSource,
  ): Promise<Preferences | null>
}

const DAY_MS = 86_400_000

/** The longest pause. Who wants no emails for longer switches them off. */
const MAX_PAUSE_DAYS = 28

/** The pauses that the recipient's page offers. */
export const pauseDays = [1, 7, MAX_PAUSE_DAYS] as const

/** What to expect of `pausedUntil`. */
export const PAUSE_END = `null, or an ISO 8601 time with a zone, in the future and at most ${MAX_PAUSE_DAYS} days away, such as 2026-12-01T08:00:00Z`

/** Clocks differ, and a request takes time. */
const TOLERANCE_MS = 60_000

/** When a pause of this many days ends, if it begins now. */
export function pauseFor(days: number): Date {
  return new Date(Date.now() + days * DAY_MS)
}

/** Whether a pause may end then. */
export function isPauseEnd(end: Date): boolean {
  const ahead = end.getTime() - Date.now()
  return ahead > 0 && ahead <= MAX_PAUSE_DAYS * DAY_MS + TOLERANCE_MS
}

import type { Run } from './run.ts'

/** Emails of a run that failed or wait with the same error. */
export interface RunError {
  /** `other` for messages without a code. */
  code: string
  /** The message of the latest. */
  example: string
  emails: number
  /** When the next of them is retried; null if none is. */
  nextAt: Date | null
  /** False if nobody could be claimed, so that the list of emails has none of them. */
  hasAttempts: boolean
  /** Some of the users; a name is null if the user was deleted. */
  users: { userId: string; name: string | null }[]
}

/** Why emails of a run were not accepted, most frequent first. */
export interface RunErrors {
  errors: RunError[]
  /** True if only so many of the emails were read. */
  isSample: boolean
}

export type DetailedRun = Run & { errors: RunErrors }

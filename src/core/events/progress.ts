/**
 * An email's progress after acceptance, lowest rank first. Events arrive in any order, so the highest rank
 * counts and not the latest event: a late `delivered` does not undo a bounce.
 */
export const PROGRESS = [
  'accepted',
  'delayed',
  'delivered',
  'failed',
  'suppressed',
  'bounced',
  'complained',
] as const

export type Progress = (typeof PROGRESS)[number]

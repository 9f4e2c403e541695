/**
 * How far an email came after it was accepted, as the provider tells: each outranks those before it.
 * Events come in any order, so an email's progress is the furthest of them, not the last to arrive: a
 * late `delivered` undoes no bounce. Every place is different, so the same events always end in the
 * same progress.
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

import type { KnownType } from '../i18n/messages.ts'

/** Colours of an icon: what a person did, what is on, and what the application has to say. */
export type Tone = 'people' | 'events' | 'notices'

export interface NotificationKind {
  /** Null for a type that we have never heard of. */
  name: KnownType | null
  /** A sign every text font has: emoji look different everywhere, images are often blocked. */
  sign: string
  tone: Tone
  /** The lowest of an email's notifications gives its subject: who speaks to you comes first. */
  rank: number
}

const kind = (name: KnownType, sign: string, tone: Tone, rank: number): NotificationKind => ({
  name,
  sign,
  tone,
  rank,
})

// A map, because a host's type may be called 'constructor'.
const kinds = new Map<string, NotificationKind>(
  [
    kind('mention_received', '@', 'people', 0),
    kind('comment_reply_received', '↳', 'people', 1),
    kind('comment_received', '“', 'people', 2),
    kind('admin_announcement', '!', 'notices', 3),
    kind('round_covers_due', '♪', 'events', 4),
    kind('round_voting_opened', '♪', 'events', 5),
    kind('round_covering_begins', '♪', 'events', 6),
    kind('round_opened', '♪', 'events', 7),
    kind('comment_upvoted', '↑', 'people', 9),
    kind('signup_confirmation', '✓', 'notices', 10),
    kind('submission_confirmation', '✓', 'notices', 11),
    kind('vote_confirmation', '✓', 'notices', 12),
    kind('test_notification', '✓', 'notices', 13),
  ].map(entry => [entry.name as string, entry]),
)

const unheardOf: NotificationKind = { name: null, sign: '•', tone: 'notices', rank: 8 }

export function kindOf(type: string): NotificationKind {
  return kinds.get(type) ?? unheardOf
}

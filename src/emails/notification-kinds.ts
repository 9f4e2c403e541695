import type { KnownType } from '../i18n/messages.ts'

/** Colour scheme of an icon: actions of users, events, and notices by the application. */
export type Tone = 'people' | 'events' | 'notices'

export interface NotificationKind {
  /** Null for an unknown type. */
  name: KnownType | null
  /** A character that every font has: emoji differ between systems, and images are often blocked. */
  sign: string
  tone: Tone
  /** The notification with the lowest rank determines the subject: personal messages come first. */
  rank: number
}

const kind = (name: KnownType, sign: string, tone: Tone, rank: number): NotificationKind => ({
  name,
  sign,
  tone,
  rank,
})

// A map, because a host's type may be named 'constructor'.
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

const unknownKind: NotificationKind = { name: null, sign: '•', tone: 'notices', rank: 8 }

export function kindOf(type: string): NotificationKind {
  return kinds.get(type) ?? unknownKind
}

import { eptssLinks } from '../../src/core/render/app-links.ts'
import type { Digest, DigestItem } from '../../src/core/render/digest.ts'

/** The current time for rendering the samples. */
export const readAt = new Date('2026-11-15T08:00:00Z')

export function item(over: Partial<DigestItem> = {}): DigestItem {
  return {
    id: crypto.randomUUID(),
    type: 'comment_received',
    title: 'Mara commented on your cover',
    message: 'That bridge! How did you get the harmonies so close without a second singer?',
    metadata: null,
    createdAt: new Date('2026-11-14T09:12:00Z'),
    ...over,
  }
}

export function digest(over: Partial<Digest> = {}): Digest {
  const items = over.items ?? [item()]
  return {
    emailType: 'new_notifications',
    recipientName: 'Jonas',
    locale: null,
    defaultLocale: 'en',
    items,
    total: items.length,
    oldestAt: items.at(-1)?.createdAt ?? readAt,
    appName: 'EPTSS',
    appUrl: 'https://everyoneplaysthesamesong.example',
    links: eptssLinks,
    brand: {},
    unsubscribeUrl: 'https://mail.everyoneplaysthesamesong.example/unsubscribe/dG9rZW4.c2ln',
    preferencesUrl: 'https://mail.everyoneplaysthesamesong.example/preferences/dG9rZW4.c2ln',
    ...over,
  }
}

/** Five notifications of different types, newest first; one type is unknown. */
export const fiveItems: DigestItem[] = [
  item(),
  item({
    type: 'comment_upvoted',
    title: 'Theo and 2 others upvoted your comment',
    message: '“I’d slow the second verse down to 84 and let it breathe.”',
    createdAt: new Date('2026-11-14T07:40:00Z'),
  }),
  item({
    type: 'round_voting_opened',
    title: 'Voting is open for round 31',
    message: 'Five songs are up. Pick the one you’d like everyone to play next.',
    createdAt: new Date('2026-11-13T18:00:00Z'),
  }),
  item({
    type: 'mention_received',
    title: 'Ana mentioned you in “Dreams (bossa version)”',
    message: '@jonas this is the voicing I meant, two minutes in.',
    metadata: '{"coverId":17',
    createdAt: new Date('2026-11-12T21:05:00Z'),
  }),
  item({
    type: 'playlist_published',
    title: 'The round 30 playlist is out',
    message: '',
    createdAt: new Date('2026-11-12T12:00:00Z'),
  }),
]

export const one = digest()
export const twelve = digest({ items: fiveItems, total: 12 })
export const reminder = digest({
  emailType: 'outstanding_reminder',
  items: fiveItems.slice(0, 4),
  oldestAt: new Date('2026-03-03T10:00:00Z'),
})

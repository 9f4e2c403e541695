import { createHash } from 'node:crypto'
import type { SeedNotification, SeedUser } from '../../db/demo/seed-users.ts'

const FIRST =
  `Mara Jonas Aiko Tomás Freya Idris Noor Ravi Lena Oskar Priya Emeka Sofia Anton Yara Kofi
Elif Marek Zoë Dario Ines Mateo Hana Luca Amara`.split(/\s+/)
const LAST = 'Lindqvist Okafor Tanaka Moreau Silva Novak Haddad Brandt'.split(' ')
const SONGS = ['Harvest Moon', 'Running Up That Hill', 'Dreams', 'Fast Car', 'Both Sides Now']

type SeedDraft = Omit<SeedNotification, 'id'>
type Case = Partial<Omit<SeedUser, 'notifications'>> & { notifications: SeedDraft[] }

/** How many users are in each case; together they are the 200 of `createSeedUsers`. */
const CASES: [number, (seed: number) => Case][] = [
  [108, seed => ({ notifications: createNotifications(1 + (seed % 8), 0.1, 2.5, seed) })],
  [
    20,
    seed => ({ notifications: createNotifications(1 + (seed % 4), 9, 14, seed), mailedDaysAgo: 8 }),
  ],
  [15, seed => ({ notifications: createNotifications(2, 5, 8, seed), mailedDaysAgo: 4 })],
  [16, seed => ({ notifications: createNotifications(3, 0.2, 2, seed), emailsEnabled: false })],
  [12, seed => ({ notifications: createNotifications(4, 1, 9, seed, { isRead: true }) })],
  [8, seed => ({ notifications: createNotifications(2, 1, 3, seed, { isDeleted: true }) })],
  [8, seed => ({ notifications: createNotifications(1, 40, 60, seed) })],
  [7, seed => ({ notifications: createNotifications(2, 1.5, 2.5, seed), mailedDaysAgo: 1 })],
  [
    3,
    seed => ({ notifications: createNotifications(1, 0.2, 1, seed), email: `no address ${seed}` }),
  ],
  [2, seed => ({ notifications: createNotifications(2, 0.3, 1, seed), suppressed: true })],
  [1, seed => ({ notifications: hostileNotifications(), email: `delivered+${seed}@resend.dev` })],
]

/** Creates 200 users, the same ones on every call. */
export function createSeedUsers(): SeedUser[] {
  const factories = CASES.flatMap(([count, create]) => Array.from({ length: count }, () => create))
  return factories.map((create, seed) => {
    const { notifications, ...rest } = create(seed)
    const first = FIRST[seed % FIRST.length] ?? ''
    const last = LAST[Math.floor(seed / FIRST.length) % LAST.length] ?? ''
    const username = `${first}.${last}`
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z.]/g, '')
    return {
      userId: userIdOf(seed),
      email: `${username}@example.com`,
      username,
      displayName: seed % 7 === 0 ? null : `${first} ${last}`,
      emailsEnabled: seed % 3 === 0 ? true : null,
      suppressed: false,
      mailedDaysAgo: null,
      ...rest,
      notifications: notifications.map((notification, at) => ({
        ...notification,
        id: idOf(`notification ${seed} ${at}`),
      })),
    }
  })
}

/** Returns the same id for the same user every time, so that a second demo finds its users. */
export function userIdOf(seed: number): string {
  return idOf(String(seed))
}

function idOf(name: string): string {
  const hex = createHash('sha256').update(`tidings demo ${name}`).digest('hex')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')
}

function createNotifications(
  count: number,
  fromDaysAgo: number,
  toDaysAgo: number,
  seed: number,
  state: Partial<SeedDraft> = {},
): SeedDraft[] {
  return Array.from({ length: count }, (_, index) => ({
    ...event(seed + index * 3),
    daysAgo: fromDaysAgo + ((toDaysAgo - fromDaysAgo) * (index + (seed % 10) / 10)) / count,
    isRead: false,
    isDeleted: false,
    ...state,
  }))
}

function event(seed: number): Pick<SeedDraft, 'type' | 'title' | 'message' | 'metadata'> {
  const who = FIRST[(seed * 7 + 3) % FIRST.length] ?? ''
  const song = SONGS[seed % SONGS.length] ?? ''
  const round = 30 + (seed % 5)
  const metadata = JSON.stringify({ roundId: round, song })
  const events: [string, string, string][] = [
    [
      'comment_received',
      `${who} commented on your cover`,
      `“That bridge in ${song}! I had it on repeat all morning.”`,
    ],
    [
      'comment_reply_received',
      `${who} replied to you`,
      `“Thank you! The second guitar is just my phone on a shoebox.”`,
    ],
    ['comment_upvoted', `${who} liked your comment`, `Your comment on ${song} was liked.`],
    [
      'mention_received',
      `${who} mentioned you`,
      `“You should hear what @you did with ${song} last round.”`,
    ],
    [
      'round_voting_opened',
      `Voting is open for round ${round}`,
      'Five songs made the list. Which one shall everybody play?',
    ],
    [
      'round_covering_begins',
      `Round ${round}: ${song}`,
      `The votes are in. Everybody plays ${song}; covers are due in three weeks.`,
    ],
    [
      'round_covers_due',
      `Covers for round ${round} are due on Sunday`,
      `${song} is waiting for your take, however rough.`,
    ],
  ]
  const [type, title, message] = events[seed % events.length] as [string, string, string]
  return { type, title, message, metadata }
}

/** A notification with hostile texts, which must not break the email. */
function hostileNotifications(): SeedDraft[] {
  return [
    {
      type: 'comment_received',
      title: '\u202Eevil\u202C <script>alert(1)</script>\r\nBcc: everyone@example.com',
      message: `Visit evil.example now! ${'a'.repeat(600)} "quotes" & <b>tags</b>`,
      metadata: 'this is not JSON',
      daysAgo: 0.5,
      isRead: false,
      isDeleted: false,
    },
  ]
}

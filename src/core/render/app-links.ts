/**
 * The host's pages by notification type: paths such as `/round/{roundSlug}`, with keys of the metadata in
 * braces. The first path whose values are all known is used. `*` is for all other types, and for the button
 * of an email about several notifications.
 */
export type AppLinks = Readonly<Record<string, readonly string[]>>

/** The parts of a notification that a link needs. */
export interface LinkedItem {
  id: string
  /** A value of the host's `notification_type`, not necessarily one that we know. */
  type: string
  /** Plain text, usually JSON. */
  metadata: string | null
}

/** A longer value is not an identifier. */
const maxValueLength = 100
/** Every client supports this length, and an email with six such links is still small. */
const maxUrlLength = 1_000

const placeholder = /\{(\w+)\}/g

/**
 * The page of one notification, or without `item` the page for several. It is always at or below `appUrl`,
 * whatever the metadata contains; `appUrl` itself if no path has all its values.
 */
export function linkInto(appUrl: string, links: AppLinks, item?: LinkedItem): string {
  const values = item ? { ...valuesOf(item.metadata), notificationId: item.id } : {}
  const own = item && Object.hasOwn(links, item.type) ? links[item.type] : undefined
  for (const path of [...(own ?? []), ...(links['*'] ?? [])]) {
    const url = fillIn(appUrl, path, values)
    if (url !== null) return url
  }
  return appUrl
}

function fillIn(appUrl: string, path: string, values: Record<string, unknown>): string | null {
  let complete = true
  const filled = path.replace(placeholder, (_, key: string) => {
    const value = Object.hasOwn(values, key) ? encode(values[key]) : null
    if (value === null) complete = false
    return value ?? ''
  })
  return complete ? within(appUrl, appUrl + filled) : null
}

/** Encodes a value for a URL; null if it is not an identifier. */
function encode(value: unknown): string | null {
  const text = Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || text.length > maxValueLength) return null
  // A segment of dots would change the path, and an unpaired surrogate cannot be encoded.
  if (/^\.*$/.test(text) || !text.isWellFormed()) return null
  return encodeURIComponent(text).replace(/[!'()*]/g, percentEncode)
}

/** Mail clients end a link in plain text before a quotation mark or a bracket. */
function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** The URL as a browser parses it, in ASCII; null if it is not below the application's URL. */
function within(appUrl: string, url: string): string | null {
  const base = originAndPath(appUrl)
  const target = URL.parse(url)
  if (target?.origin !== base.origin || target.href.length > maxUrlLength) return null
  return `${target.pathname}/`.startsWith(base.path) ? target.href : null
}

let latest = { appUrl: '', origin: '', path: '' }

/** Cached, because a process has one host. */
function originAndPath(appUrl: string): { origin: string; path: string } {
  if (latest.appUrl !== appUrl) {
    const { origin, pathname } = new URL(appUrl)
    latest = { appUrl, origin, path: `${pathname.replace(/\/$/, '')}/` }
  }
  return latest
}

/** The host's column is plain text: it may contain JSON, other text or nothing. */
function valuesOf(metadata: string | null): Record<string, unknown> {
  // Checked before parsing: a thrown error costs as much as the rest of the link.
  if (!metadata || !/^\s*\{.*\}\s*$/s.test(metadata)) return {}
  try {
    const parsed: unknown = JSON.parse(metadata)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}

const discussion = '/projects/cover/discussions?round={roundId}#comment-{commentId}'
const reflection = '/reflections/{slug}#comment-{commentId}'
const round = '/projects/{projectSlug}/round/{roundSlug}'
const comments = [reflection, discussion]
const rounds = [round, '/dashboard']

/**
 * The pages that the bell in EPTSS's header links to (nspilman/eptss-site,
 * `apps/web/lib/notification-navigation.ts`). If the bell has to query the host for a page's name, an
 * email links to the application.
 */
export const eptssLinks: AppLinks = {
  comment_received: comments,
  comment_reply_received: comments,
  comment_upvoted: comments,
  mention_received: comments,
  round_opened: rounds,
  round_voting_opened: rounds,
  round_covering_begins: rounds,
  round_covers_due: rounds,
  signup_confirmation: rounds,
  submission_confirmation: rounds,
  vote_confirmation: rounds,
  admin_announcement: ['/dashboard'],
}

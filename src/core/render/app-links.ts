/**
 * Where the host shows each type of notification: paths below its URL, with keys of the
 * notification's metadata in braces, as in `/round/{roundSlug}`. Of a type's paths the first that
 * can be filled in is taken. `*` is for all other types, and for the button of an email about
 * several notifications.
 */
export type AppLinks = Readonly<Record<string, readonly string[]>>

/** The parts of a notification that a link is made of. */
export interface LinkedItem {
  id: string
  /** A value of the host's `notification_type`; hosts may have values we have never heard of. */
  type: string
  /** JSON, or anything else, or null: the host's column is plain text. */
  metadata: string | null
}

/** Metadata that is longer names no thing. */
const longestValue = 100
/** Every client takes it, and six of them leave an email small. */
const longestUrl = 1_000

const placeholder = /\{(\w+)\}/g

/**
 * The page of one notification, or of several when there is none in particular. Always at or below
 * `appUrl`, whatever the metadata holds; `appUrl` itself where no path can be filled in.
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

/** A value as one piece of a URL; null for what names nothing. */
function encode(value: unknown): string | null {
  const text = Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || text.length > longestValue) return null
  // A segment of dots would lead elsewhere, and half a pair cannot be encoded.
  if (/^\.*$/.test(text) || !text.isWellFormed()) return null
  return encodeURIComponent(text).replace(/[!'()*]/g, escapeSign)
}

/** Mail clients end a link that stands in text before a quotation mark or a bracket. */
function escapeSign(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
}

/** The URL as a browser reads it, in ASCII; null when it is not below the application's. */
function within(appUrl: string, url: string): string | null {
  const base = originAndPath(appUrl)
  const target = URL.parse(url)
  if (target?.origin !== base.origin || target.href.length > longestUrl) return null
  return `${target.pathname}/`.startsWith(base.path) ? target.href : null
}

let latest = { appUrl: '', origin: '', path: '' }

/** Parsed once: a process has one host. */
function originAndPath(appUrl: string): { origin: string; path: string } {
  if (latest.appUrl !== appUrl) {
    const { origin, pathname } = new URL(appUrl)
    latest = { appUrl, origin, path: `${pathname.replace(/\/$/, '')}/` }
  }
  return latest
}

/** The host's column is plain text: it may hold JSON, anything else, or nothing. */
function valuesOf(metadata: string | null): Record<string, unknown> {
  // Before it is parsed: a thrown error costs as much as the rest of the link.
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
 * EPTSS's own pages, as the bell in its header goes to them (nspilman/eptss-site,
 * `apps/web/lib/notification-navigation.ts`). Where the bell has to ask the host for a page's name,
 * an email leads to the application.
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

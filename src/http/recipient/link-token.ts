import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * What a link lets its holder do. The names are part of what is signed, and emails that are out keep
 * theirs for ever: never rename one.
 */
export type LinkPurpose = 'unsubscribe' | 'preferences'

const TOKEN = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/**
 * Signs a link that lets one person do one thing without a login: the user's id, packed, and an
 * HMAC-SHA256 over purpose and id. It signs with the first secret, and the token is the same
 * whenever it is made, so that a repeated email is the same to the byte. It has no date to expire
 * on: whoever finds an old email must still get out by it.
 *
 * @throws Error where there is no secret.
 */
export function signLink(secrets: readonly string[], purpose: LinkPurpose, userId: string): string {
  const [current] = secrets
  if (!current) throw new Error('no link secret')
  const id = Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
  return `${id}.${signature(current, purpose, id)}`
}

/** The user whom a token names, or null when no secret of the list has signed it for this purpose. */
export function verifyLink(
  secrets: readonly string[],
  purpose: LinkPurpose,
  token: string,
): string | null {
  const [, id, given] = TOKEN.exec(token) ?? []
  if (!id || !given) return null
  // As text: base64url has several spellings of the same bytes, and only ours is to pass.
  const matches = secrets.map(secret =>
    timingSafeEqual(Buffer.from(signature(secret, purpose, id)), Buffer.from(given)),
  )
  if (!matches.includes(true)) return null
  const hex = Buffer.from(id, 'base64url').toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function signature(secret: string, purpose: LinkPurpose, id: string): string {
  return createHmac('sha256', secret).update(`${purpose}:${id}`).digest('base64url')
}

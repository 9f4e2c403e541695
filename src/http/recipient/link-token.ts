import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a link permits. Never rename one: the name is signed, so links in old emails would fail. */
export type LinkPurpose = 'unsubscribe' | 'preferences'

const TOKEN = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/**
 * Signs a link with the first secret: the packed user id and an HMAC-SHA256 over purpose and id. The
 * token is deterministic, so a replayed email has the same bytes. It never expires, because a user
 * must be able to unsubscribe from any email, however old.
 *
 * @throws Error without a secret.
 */
export function signLink(secrets: readonly string[], purpose: LinkPurpose, userId: string): string {
  const [current] = secrets
  if (!current) throw new Error('no link secret')
  const id = Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
  return `${id}.${signature(current, purpose, id)}`
}

/** The user id of a token, or null if none of the secrets has signed it for this purpose. */
export function verifyLink(
  secrets: readonly string[],
  purpose: LinkPurpose,
  token: string,
): string | null {
  const [, id, given] = TOKEN.exec(token) ?? []
  if (!id || !given) return null
  // Compares texts, not bytes: base64url has several encodings of the same bytes, and one is valid.
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

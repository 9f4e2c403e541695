import { createHmac, timingSafeEqual } from 'node:crypto'

const PURPOSE = 'unsubscribe'
const TOKEN = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/**
 * Signs the link that lets one person switch emails off, without a login and for ever: the user's id,
 * packed, and an HMAC-SHA256 over purpose and id. Signs with the first secret.
 */
export function signUnsubscribe(secrets: readonly string[], userId: string): string {
  const [current] = secrets
  if (!current) throw new Error('no link secret')
  const id = Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
  return `${id}.${mac(current, id).toString('base64url')}`
}

/** The user whom a token names, or null when no secret of the list has signed it. */
export function verifyUnsubscribe(secrets: readonly string[], token: string): string | null {
  const [, id, signature] = TOKEN.exec(token) ?? []
  if (!id || !signature) return null
  const given = Buffer.from(signature, 'base64url')
  const isOurs = secrets.some(secret => timingSafeEqual(mac(secret, id), given))
  if (!isOurs) return null
  const hex = Buffer.from(id, 'base64url').toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function mac(secret: string, id: string): Buffer {
  return createHmac('sha256', secret).update(`${PURPOSE}:${id}`).digest()
}

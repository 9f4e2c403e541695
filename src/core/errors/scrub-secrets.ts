/** Removes our secrets from a text that another system wrote. */
export type Scrub = (text: string) => string

/** Shorter secrets would also match parts of ordinary words. */
const SHORTEST = 6
const HIDDEN = '[secret]'

/**
 * Creates a function that removes these secrets. A server may echo a request, so the function searches for
 * each secret as it is, escaped for JSON and URLs, and in base64.
 */
export function createScrub(secrets: readonly (string | undefined)[]): Scrub {
  const encoded = secrets
    .filter(secret => secret !== undefined)
    .filter(secret => secret.length >= SHORTEST)
    .flatMap(encodings)
  // Longest first: one may contain another.
  const all = [...new Set(encoded)].sort((a, b) => b.length - a.length)
  return text => all.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, HIDDEN), text)
}

function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
}

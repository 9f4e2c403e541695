/** Takes our own secrets out of a text that somebody else has written. */
export type Scrub = (text: string) => string

/** A shorter secret also stands in ordinary words. */
const SHORTEST = 6
const HIDDEN = '[secret]'

/**
 * Makes a scrubber for these secrets. A server may echo what it was sent, so each secret is looked for
 * as it is, as JSON and URLs write it, and in base64.
 */
export function createScrub(secrets: readonly (string | undefined)[]): Scrub {
  const written = secrets
    .filter(secret => secret !== undefined)
    .filter(secret => secret.length >= SHORTEST)
    .flatMap(writings)
  // The longest first: one may be part of another.
  const all = [...new Set(written)].sort((a, b) => b.length - a.length)
  return text => all.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, HIDDEN), text)
}

function writings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** One-time links that sign in to the dashboard without the token, for a short time. */
export interface SignInLinks {
  /** Returns the path of a new link. It invalidates the previous one. */
  create(): string
  /** Whether the code is valid. A valid code cannot be used again. */
  redeem(code: string): boolean
}

export const LINK_PATH = '/sign-in/link'
export const LINK_MINUTES = 10

/**
 * Keeps the digest of one code in memory, so the link works only while this process runs. A wrong code
 * does not invalidate the link.
 */
export function createSignInLinks(now: () => number = () => performance.now()): SignInLinks {
  let current: { digest: Buffer; expiresAt: number } | null = null
  return {
    create() {
      const code = randomBytes(16).toString('base64url')
      current = { digest: digestOf(code), expiresAt: now() + LINK_MINUTES * 60_000 }
      return `${LINK_PATH}?code=${code}`
    },
    redeem(code) {
      if (current && now() >= current.expiresAt) current = null
      if (!current || !timingSafeEqual(digestOf(code), current.digest)) return false
      current = null
      return true
    },
  }
}

function digestOf(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}

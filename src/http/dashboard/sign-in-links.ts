import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Links that sign in to the dashboard, once and for a short time, without the token. */
export interface SignInLinks {
  /** The path of a new link. It makes an older one worthless. */
  create(): string
  /** Whether this is the code of the newest link; from then on it is not. */
  redeem(code: string): boolean
}

export const LINK_PATH = '/sign-in/link'
export const LINK_MINUTES = 10

/**
 * Keeps one code in the memory of this process, as a digest: no other process takes it, and it ends with
 * this one. A wrong code changes nothing, so nobody can spend a link that they do not have.
 */
export function createSignInLinks(now: () => number = () => performance.now()): SignInLinks {
  let open: { digest: Buffer; until: number } | null = null
  return {
    create() {
      const code = randomBytes(16).toString('base64url')
      open = { digest: digestOf(code), until: now() + LINK_MINUTES * 60_000 }
      return `${LINK_PATH}?code=${code}`
    },
    redeem(code) {
      if (open && now() >= open.until) open = null
      if (!open || !timingSafeEqual(digestOf(code), open.digest)) return false
      open = null
      return true
    },
  }
}

function digestOf(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}

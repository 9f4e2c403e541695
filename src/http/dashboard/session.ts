import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const NAME = 'tidings_session'
const LIFETIME_S = 12 * 60 * 60

/** Stores sessions for all processes. It gets hashes only, never the content of a cookie. */
export interface SessionStore {
  open(id: string, endsAt: Date): Promise<void>
  /** When the session ends; null if it is not open. */
  find(id: string): Promise<Date | null>
  close(id: string): Promise<void>
}

export interface Session {
  /** The hash of the random id in the cookie. */
  id: string
  endsAt: Date
  /** Opened with a READ_TOKEN. */
  readOnly: boolean
}

export interface Sessions {
  /** Opens a session for a valid token and sets the signed cookie, for 12 hours. */
  open(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void>
  /** Ends the session for every copy of its cookie. */
  close(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** The open session of a request, or null. */
  find(request: FastifyRequest): Promise<Session | null>
  isOpen(session: Session): Promise<boolean>
}

export interface SessionOptions {
  apiTokens: string[]
  readTokens: string[]
  store: SessionStore
  /** Whether browsers reach this service by https, directly or through a proxy. */
  https: boolean
}

/**
 * A session is a random id in a signed cookie, and a row in the store. The signing key is derived from
 * the token, so replacing the token ends its sessions. Signing out also ends copies of the cookie.
 */
export async function createSessions(
  server: FastifyInstance,
  { apiTokens, readTokens, store, https }: SessionOptions,
): Promise<Sessions> {
  await server.register(cookie)
  const keys = [
    ...apiTokens.map(token => ({ key: keyOf(token), readOnly: false })),
    ...readTokens.map(token => ({ key: keyOf(token), readOnly: true })),
  ]
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict' } as const
  /** Verifies the signature first, so that a forged cookie costs no query. */
  const readCookie = (request: FastifyRequest) => {
    const given = request.cookies[NAME]
    if (!given) return null
    for (const { key, readOnly } of keys) {
      const { valid, value } = cookie.unsign(given, key)
      if (valid && value) return { id: hash(value), readOnly }
    }
    return null
  }
  return {
    async open(request, reply, token) {
      const id = randomBytes(32).toString('base64url')
      await store.open(hash(id), new Date(Date.now() + LIFETIME_S * 1_000))
      reply.setCookie(NAME, cookie.sign(id, keyOf(token)), {
        ...attributes,
        secure: https || request.protocol === 'https',
        maxAge: LIFETIME_S,
      })
    },
    async close(request, reply) {
      const session = readCookie(request)
      if (session) await store.close(session.id)
      reply.clearCookie(NAME, attributes)
    },
    async find(request) {
      const session = readCookie(request)
      const endsAt = session && (await store.find(session.id))
      return endsAt && { ...session, endsAt }
    },
    isOpen: async ({ id }) => (await store.find(id)) !== null,
  }
}

function keyOf(token: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, '', 'tidings dashboard session', 32))
}

function hash(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}

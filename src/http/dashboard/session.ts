import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const NAME = 'tidings_session'
const LIFETIME_S = 12 * 60 * 60

/** Where sessions are kept that every process takes. It never gets to see what the cookie holds. */
export interface SessionStore {
  open(id: string, endsAt: Date): Promise<void>
  /** When it ends; null where it is not open. */
  find(id: string): Promise<Date | null>
  close(id: string): Promise<void>
}

export interface Session {
  /** A hash of what the cookie holds. */
  id: string
  endsAt: Date
  /** Opened with a token that may only read. */
  readOnly: boolean
}

export interface Sessions {
  /** Signs in with one of the tokens: the browser comes back with a signed cookie for 12 hours. */
  open(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void>
  /** Signs out, here and wherever else the cookie is used. */
  close(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** The session of a request; null where it has none that is open. */
  find(request: FastifyRequest): Promise<Session | null>
  isOpen(session: Session): Promise<boolean>
}

export interface SessionOptions {
  apiTokens: string[]
  readTokens: string[]
  store: SessionStore
  /** Whether browsers reach this service by https, whatever stands in between. */
  https: boolean
}

/**
 * A session is a random id in a cookie, signed with a key that comes from the token, and a row in the
 * store. Whoever changes the token ends its sessions; signing out ends one, also of a copied cookie.
 */
export async function keepSessions(
  server: FastifyInstance,
  { apiTokens, readTokens, store, https }: SessionOptions,
): Promise<Sessions> {
  await server.register(cookie)
  const keys = [
    ...apiTokens.map(token => ({ key: keyOf(token), readOnly: false })),
    ...readTokens.map(token => ({ key: keyOf(token), readOnly: true })),
  ]
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict' } as const
  /** What is signed with one of the keys; a cookie that was made up costs the store nothing. */
  const read = (request: FastifyRequest) => {
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
      const session = read(request)
      if (session) await store.close(session.id)
      reply.clearCookie(NAME, attributes)
    },
    async find(request) {
      const session = read(request)
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

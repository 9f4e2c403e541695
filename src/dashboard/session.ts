import { hkdfSync } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const NAME = 'tidings_session'
const LIFETIME_S = 12 * 60 * 60

export interface Sessions {
  /** Signs in: the browser is told to come back with a signed cookie for 12 hours. */
  open(request: FastifyRequest, reply: FastifyReply): void
  close(reply: FastifyReply): void
  /** When the session of a request ends, ms since the epoch; null where it has none that is good. */
  endOf(request: FastifyRequest): number | null
}

export interface SessionOptions {
  apiToken: string
  /** Whether browsers reach this service by https, whatever stands in between. */
  https: boolean
}

/**
 * Sessions that are nothing but a signed date: nothing is stored, every node takes them, and another
 * API_TOKEN signs everybody out, because the key comes from it.
 */
export async function keepSessions(
  server: FastifyInstance,
  { apiToken, https }: SessionOptions,
): Promise<Sessions> {
  const key = Buffer.from(hkdfSync('sha256', apiToken, '', 'tidings dashboard session', 32))
  await server.register(cookie, { secret: [key] as unknown as string[] })
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', signed: true } as const
  return {
    open(request, reply) {
      reply.setCookie(NAME, String(Date.now() + LIFETIME_S * 1_000), {
        ...attributes,
        secure: https || request.protocol === 'https',
        maxAge: LIFETIME_S,
      })
    },
    close(reply) {
      reply.clearCookie(NAME, attributes)
    },
    endOf(request) {
      const given = request.cookies[NAME]
      const { valid, value } = given ? request.unsignCookie(given) : { valid: false, value: null }
      // The browser keeps to its age by itself; a copy of the cookie would not.
      return valid && Number(value) > Date.now() ? Number(value) : null
    },
  }
}

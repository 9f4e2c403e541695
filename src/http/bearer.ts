import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Whether a request carries one of these bearer tokens; takes the same time whichever is wrong. */
export function carriesBearer(request: FastifyRequest, tokens: string[]): boolean {
  const [scheme, given] = (request.headers.authorization ?? '').split(' ', 2)
  if (scheme?.toLowerCase() !== 'bearer' || !given) return false
  return tokens.map(token => timingSafeEqual(digest(token), digest(given))).includes(true)
}

/** A hook that lets through only requests with one of these tokens; `refuse` answers the others. */
export function requireBearer(tokens: string[], refuse: (reply: FastifyReply) => FastifyReply) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (!carriesBearer(request, tokens)) return refuse(reply.header('www-authenticate', 'Bearer'))
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

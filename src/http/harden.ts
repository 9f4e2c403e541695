import type { FastifyInstance, FastifyReply } from 'fastify'
import { sendProblem } from './problem.ts'

/** How long a browser uses https only. */
const YEAR_S = 31_536_000

export interface HardeningOptions {
  /** Whether clients reach this service by https, directly or through a proxy. */
  https: boolean
}

/**
 * Sets the security headers of every answer; a route may override them. Refuses a request with two
 * Host headers, because a proxy and the routes could use different ones.
 */
export function harden(server: FastifyInstance, { https }: HardeningOptions): void {
  server.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply, https)
    if (countHostHeaders(request.raw.rawHeaders) > 1) {
      return sendProblem(reply, {
        status: 400,
        code: 'ambiguous_host',
        title: 'More than one Host header',
      })
    }
  })
}

/** For requests that reach no hook, such as those whose URL cannot be decoded. */
export function setSecurityHeaders(reply: FastifyReply, https: boolean): FastifyReply {
  return reply.headers({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(https && { 'strict-transport-security': `max-age=${YEAR_S}` }),
  })
}

/** Node's parsed headers keep only the first, so the raw list is counted. */
function countHostHeaders(rawHeaders: string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'host') count += 1
  }
  return count
}

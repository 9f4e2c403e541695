import type { FastifyInstance, FastifyReply } from 'fastify'
import { sendProblem } from './problem.ts'

/** How long a browser remembers to come by https only. */
const YEAR_S = 31_536_000

export interface HardeningOptions {
  /** Whether clients reach this service by https, whatever stands in between. */
  https: boolean
}

/**
 * What every answer carries unless its route says otherwise: nothing is stored on the way or taken for
 * another type. A request with two Host headers is refused: proxies and routes could believe different
 * ones.
 */
export function harden(server: FastifyInstance, { https }: HardeningOptions): void {
  server.addHook('onRequest', async (request, reply) => {
    setAlways(reply, https)
    if (countHosts(request.raw.rawHeaders) > 1) {
      return sendProblem(reply, {
        status: 400,
        code: 'ambiguous_host',
        title: 'a request has one Host header, not several',
      })
    }
  })
}

/** For answers to what reaches no hook, such as an address that cannot be decoded. */
export function setAlways(reply: FastifyReply, https: boolean): FastifyReply {
  return reply.headers({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(https && { 'strict-transport-security': `max-age=${YEAR_S}` }),
  })
}

/** Node drops all but the first, so only the raw list tells. */
function countHosts(rawHeaders: string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'host') count += 1
  }
  return count
}

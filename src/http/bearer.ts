import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GuessLimit } from './guess-limit.ts'
import { problems, sendProblem } from './problem.ts'

/** The bearer tokens of each permission. */
export interface Tokens {
  /** Change something. */
  write: string[]
  /** Read everything under `/v1`. */
  read: string[]
  /** Start a run. */
  start: string[]
  /** Call the cron route. */
  cron: string[]
}

/** Whether a request carries one of these bearer tokens. */
export function hasBearer(request: FastifyRequest, tokens: string[]): boolean {
  const given = readBearer(request)
  return given !== undefined && findToken(tokens, given) !== undefined
}

function readBearer({ headers }: FastifyRequest): string | undefined {
  const [scheme, given] = (headers.authorization ?? '').split(' ', 2)
  return scheme?.toLowerCase() === 'bearer' && given ? given : undefined
}

/** Finds the given token in constant time: no prefix and no position of the list can be guessed. */
export function findToken(tokens: string[], given: string): string | undefined {
  const matches = tokens.map(token => timingSafeEqual(digest(token), digest(given)))
  return tokens[matches.indexOf(true)]
}

/** Lets `requireBearer` distinguish a guess from a valid token without permission. */
export interface BearerGuard {
  guesses: GuessLimit
  /** All valid tokens. A valid token without the permission is a mistake, not a guess. */
  known: string[]
}

declare module 'fastify' {
  interface FastifyInstance {
    bearerGuard?: BearerGuard
  }
}

/** Creates a hook that passes requests with one of these tokens; `refuse` answers the others. */
export function requireBearer(
  tokens: string[],
  refuse: (reply: FastifyReply) => unknown = reply => sendProblem(reply, problems.unauthorized),
) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const given = readBearer(request)
    if (given !== undefined && findToken(tokens, given) !== undefined) return
    const { bearerGuard: guard } = request.server
    if (given !== undefined && guard && findToken(guard.known, given) === undefined) {
      const seconds = await guard.guesses.countWrong(request)
      if (seconds !== null) {
        return sendProblem(reply.header('retry-after', seconds), {
          status: 429,
          code: 'too_many_wrong_tokens',
          title: 'Too many wrong tokens from this network',
        })
      }
    }
    return refuse(reply.header('www-authenticate', 'Bearer'))
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GuessLimit } from './guess-limit.ts'
import { problems, sendProblem } from './problem.ts'

/** Which bearers may do what. */
export interface Tokens {
  /** Everything that changes something. */
  write: string[]
  read: string[]
  /** Start a run. */
  start: string[]
  /** The cron route. */
  cron: string[]
}

/** Whether a request carries one of these bearer tokens. */
export function carriesBearer(request: FastifyRequest, tokens: string[]): boolean {
  const given = givenBearer(request)
  return given !== undefined && findToken(tokens, given) !== undefined
}

function givenBearer({ headers }: FastifyRequest): string | undefined {
  const [scheme, given] = (headers.authorization ?? '').split(' ', 2)
  return scheme?.toLowerCase() === 'bearer' && given ? given : undefined
}

/** The one that was given; takes the same time whichever character is wrong, and whichever is right. */
export function findToken(tokens: string[], given: string): string | undefined {
  const same = tokens.map(token => timingSafeEqual(digest(token), digest(given)))
  return tokens[same.indexOf(true)]
}

/** What a server knows of bearers, for the hooks of all its routes. */
export interface BearerGuard {
  guesses: GuessLimit
  /** Every token that opens something. One that may not do this is a mistake, and no guess. */
  known: string[]
}

declare module 'fastify' {
  interface FastifyInstance {
    bearerGuard?: BearerGuard
  }
}

/** A hook that lets through only requests with one of these tokens; `refuse` answers the others. */
export function requireBearer(
  tokens: string[],
  refuse = (reply: FastifyReply) => sendProblem(reply, problems.unauthorized),
) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const given = givenBearer(request)
    if (given !== undefined && findToken(tokens, given) !== undefined) return
    const { bearerGuard: guard } = request.server
    if (given !== undefined && guard && findToken(guard.known, given) === undefined) {
      const seconds = await guard.guesses.countWrong(request)
      if (seconds !== null) {
        return sendProblem(reply.header('retry-after', seconds), {
          status: 429,
          code: 'too_many_wrong_tokens',
          title: 'too many wrong tokens came from this network',
        })
      }
    }
    return refuse(reply.header('www-authenticate', 'Bearer'))
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

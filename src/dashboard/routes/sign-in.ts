import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { DashboardOptions } from '../options.ts'
import type { Frame } from '../pages/frame.ts'
import { signInPage } from '../pages/sign-in.ts'
import { isFromOurPages } from '../same-origin.ts'
import { sendPage } from '../send-page.ts'
import type { Sessions } from '../session.ts'
import { single } from '../single.ts'

/** Wrong tokens that one address may try, and for how long it has to wait after them. */
const TRIES = 10
const WAIT_S = 15 * 60

interface SignInParts {
  options: DashboardOptions
  frame: Frame
  sessions: Sessions
}

/** `GET`, `POST /sign-in` and `POST /sign-out`: all that is there for who is not signed in. */
export function signInRoutes(
  server: FastifyInstance,
  { options, frame, sessions }: SignInParts,
): void {
  const failures = new RateLimiterMemory({ points: TRIES, duration: WAIT_S })
  const page = (next: string, fault?: string) => signInPage({ frame, options, next, fault })

  server.get<{ Querystring: { next?: unknown } }>('/sign-in', async (request, reply) => {
    const next = ownPath(single(request.query.next))
    return sessions.endOf(request) ? reply.redirect(next, 303) : sendPage(reply, page(next))
  })

  server.post<{ Body: Record<string, unknown> | undefined }>(
    '/sign-in',
    { bodyLimit: 16_384 },
    async (request, reply) => {
      const next = ownPath(single(request.body?.next))
      if (!isFromOurPages(request, options.publicUrl)) {
        return sendPage(reply.code(403), page(next, 'Please sign in from this page.'))
      }
      try {
        // Counted before it is looked at: guesses that come at once do not pass together.
        await failures.consume(request.ip)
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        const seconds = Math.ceil(refusal.msBeforeNext / 1_000)
        const fault = `Too many wrong tokens. Try again in ${Math.ceil(seconds / 60)} min.`
        return sendPage(reply.code(429).header('retry-after', seconds), page(next, fault))
      }
      if (!isSame(single(request.body?.token).trim(), options.apiToken)) {
        request.log.warn({ address: request.ip }, 'somebody tried to sign in with a wrong token')
        return sendPage(reply.code(401), page(next, 'That is not the token.'))
      }
      await failures.delete(request.ip)
      sessions.open(request, reply)
      return reply.redirect(next, 303)
    },
  )

  server.post('/sign-out', async (request, reply) => {
    if (isFromOurPages(request, options.publicUrl)) sessions.close(reply)
    return reply.redirect('/sign-in', 303)
  })
}

/** A path of this service, and nothing that a browser would take for another one. */
function ownPath(text: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/'
}

/** Takes the same time whichever character is wrong. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

import type { FastifyInstance } from 'fastify'
import { findToken } from '../../bearer.ts'
import { createGuessLimit } from '../../guess-limit.ts'
import type { DashboardOptions } from '../options.ts'
import type { Frame } from '../pages/frame.ts'
import { signInPage } from '../pages/sign-in.ts'
import { isSameOrigin } from '../same-origin.ts'
import { sendPage } from '../send-page.ts'
import type { Sessions } from '../session.ts'
import { single } from '../single.ts'

/** How many wrong tokens one network may try within `duration` seconds. */
const GUESSES = {
  points: 10,
  duration: 15 * 60,
  logMessage: 'Dashboard sign-in with a wrong token',
}

interface SignInParts {
  options: DashboardOptions
  frame: Frame
  sessions: Sessions
}

/** `GET`, `POST /sign-in` and `POST /sign-out`; they need no session. */
export function signInRoutes(
  server: FastifyInstance,
  { options, frame, sessions }: SignInParts,
): void {
  const guesses = createGuessLimit(GUESSES)
  const page = (next: string, fault?: string) => signInPage({ frame, options, next, fault })

  server.get<{ Querystring: { next?: unknown } }>('/sign-in', async (request, reply) => {
    const next = localPath(single(request.query.next))
    return (await sessions.find(request)) ? reply.redirect(next, 303) : sendPage(reply, page(next))
  })

  server.post<{ Body: Record<string, unknown> | undefined }>(
    '/sign-in',
    { bodyLimit: 16_384 },
    async (request, reply) => {
      const next = localPath(single(request.body?.next))
      if (!isSameOrigin(request, options.publicUrl)) {
        return sendPage(reply.code(403), page(next, 'Sign in from this page.'))
      }
      const given = single(request.body?.token).trim()
      const token = findToken([...options.apiTokens, ...options.readTokens], given)
      if (token === undefined) {
        const seconds = await guesses.countWrong(request)
        if (seconds === null) return sendPage(reply.code(401), page(next, 'Wrong token.'))
        const fault = `Too many wrong tokens. Try again in ${Math.ceil(seconds / 60)} min.`
        return sendPage(reply.code(429).header('retry-after', seconds), page(next, fault))
      }
      await sessions.open(request, reply, token)
      const readOnly = !options.apiTokens.includes(token)
      request.log.info({ address: request.ip, readOnly }, 'Dashboard sign-in')
      return reply.redirect(next, 303)
    },
  )

  server.post('/sign-out', async (request, reply) => {
    if (isSameOrigin(request, options.publicUrl)) await sessions.close(request, reply)
    return reply.redirect('/sign-in', 303)
  })
}

/** The path, or `/` if a browser could read it as a URL of another site. */
function localPath(text: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/'
}

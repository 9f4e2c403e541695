import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Messages } from '../../i18n/messages.ts'
import { createGuessLimit } from '../guess-limit.ts'
import { negotiateLocale } from './negotiate-locale.ts'
import { buildFrame } from './pages/frame.ts'
import { tooManyPage, troublePage, wrongLinkPage } from './pages/refusal.ts'
import { preferencesRoutes } from './preferences.ts'
import type { RecipientContext, RecipientPagesOptions } from './recipient-context.ts'
import { unsubscribeRoutes } from './unsubscribe.ts'

/** From one network. More than somebody opens by mistake; a right link is never counted. */
const WRONG_LINKS = { points: 20, duration: 60 }

/** The pages that need no login: the signed link that leads to them says who is there. */
export const recipientPages: FastifyPluginAsync<RecipientPagesOptions> = async (
  server,
  options,
) => {
  const frame = buildFrame(options.app)
  const wrongLinks = createGuessLimit(WRONG_LINKS)

  const wordsOf = (request: FastifyRequest): Messages =>
    negotiateLocale({
      locale: null,
      acceptLanguage: request.headers['accept-language'],
      fallback: options.links.locale,
    })

  const show: RecipientContext['show'] = (reply, page) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({
        'content-security-policy': frame.policy,
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .send(page.toString())

  const refuse: RecipientContext['refuse'] = async (request, reply, fault) => {
    const words = wordsOf(request)
    if (fault === 'wrong') {
      const seconds = await wrongLinks.countWrong(request)
      if (seconds !== null) {
        reply.code(429).header('retry-after', seconds)
        return show(reply, tooManyPage(frame, words))
      }
    }
    return show(reply.code(404), wrongLinkPage(frame, words))
  }

  server.setErrorHandler<{ statusCode?: number }>((error, request, reply) => {
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500) request.log.error({ err: error }, 'the request failed')
    return show(reply.code(status), troublePage(frame, wordsOf(request)))
  })

  const desk: RecipientContext = { ...options, frame, show, refuse }
  server.removeAllContentTypeParsers()
  const rooms = [
    { prefix: '/unsubscribe', routes: unsubscribeRoutes },
    { prefix: '/preferences', routes: preferencesRoutes },
  ]
  for (const { prefix, routes } of rooms) {
    await server.register(
      async room => {
        // Whatever else is asked for below it, such as a token with something behind it.
        room.setNotFoundHandler((request, reply) => refuse(request, reply, 'wrong'))
        await room.register(routes, desk)
      },
      { prefix },
    )
  }
}

import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { html } from '../../html/html.ts'
import type { Messages } from '../../i18n/messages.ts'
import { createGuessLimit } from '../guess-limit.ts'
import { negotiateLocale } from './negotiate-locale.ts'
import { buildFrame } from './pages/frame.ts'
import { preferencesRoutes } from './preferences.ts'
import type { RecipientContext, RecipientPagesOptions } from './recipient-context.ts'
import { unsubscribeRoutes } from './unsubscribe.ts'

/** Limits wrong links from one network. Valid links are never counted. */
const WRONG_LINKS = { points: 20, duration: 60 }

/** Pages without a sign-in: a signed link identifies the recipient. */
export const recipientPages: FastifyPluginAsync<RecipientPagesOptions> = async (
  server,
  options,
) => {
  const frame = buildFrame(options.app)
  const wrongLinks = createGuessLimit(WRONG_LINKS)
  const advicePage = (messages: Messages, { title, advice }: { title: string; advice: string }) =>
    frame.around(messages, { title, content: html`<p>${advice}</p>` })

  const messagesFor = (request: FastifyRequest): Messages =>
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
    const messages = messagesFor(request)
    const { wrongLink, tooMany } = messages.pages
    if (fault === 'wrong') {
      const seconds = await wrongLinks.countWrong(request)
      if (seconds !== null) {
        reply.code(429).header('retry-after', seconds)
        return show(reply, advicePage(messages, tooMany))
      }
    }
    // One page for both faults, so that it does not reveal whether a user exists.
    const { title, advice } = wrongLink
    return show(reply.code(404), advicePage(messages, { title, advice: advice(frame.app.name) }))
  }

  server.setErrorHandler<{ statusCode?: number }>((error, request, reply) => {
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500) request.log.error({ err: error }, 'Request failed')
    const messages = messagesFor(request)
    return show(reply.code(status), advicePage(messages, messages.pages.trouble))
  })

  const context: RecipientContext = { ...options, frame, show, refuse }
  server.removeAllContentTypeParsers()
  const routes = [
    { prefix: '/unsubscribe', plugin: unsubscribeRoutes },
    { prefix: '/preferences', plugin: preferencesRoutes },
  ]
  for (const { prefix, plugin } of routes) {
    await server.register(
      async scope => {
        // Other paths below the prefix, such as a token with further segments.
        scope.setNotFoundHandler((request, reply) => refuse(request, reply, 'wrong'))
        await scope.register(plugin, context)
      },
      { prefix },
    )
  }
}

import type { FastifyPluginAsync } from 'fastify'
import { type LinkHolder, openLink, type TokenRoute, tokenPaths } from './open-link.ts'
import { askPage, unsubscribedPage } from './pages/unsubscribe.ts'
import type { RecipientContext } from './recipient-context.ts'

/**
 * The way out of every email (RFC 8058). POST switches emails off, whoever asks, as often as they
 * ask, and answers at once. GET only asks: link scanners follow every link they find.
 */
export const unsubscribeRoutes: FastifyPluginAsync<RecipientContext> = async (server, desk) => {
  const { frame, links, show, refuse } = desk
  // The token says all. So the body is not read, whatever it claims to be and however long it is.
  server.addHook('onRequest', async ({ headers, method }) => {
    if (method === 'POST') headers['content-type'] = 'application/octet-stream'
  })
  server.addContentTypeParser('*', (_request, body, done) => {
    body.resume()
    done(null)
  })

  const showUnsubscribed = ({ setting, words }: LinkHolder) =>
    unsubscribedPage(frame, words, links.sign('preferences', setting.userId))

  for (const { url, hide } of tokenPaths) {
    server.get<TokenRoute>(
      url,
      { schema: { summary: 'A page that asks; changes nothing', hide } },
      async (request, reply) => {
        const visitor = await openLink(links, 'unsubscribe', request)
        if (typeof visitor === 'string') return refuse(request, reply, visitor)
        const isOn = visitor.setting.notificationEmailsEnabled
        return show(reply, isOn ? askPage(frame, visitor.words) : showUnsubscribed(visitor))
      },
    )

    server.post<TokenRoute>(
      url,
      { schema: { summary: 'Switch a recipient’s emails off, as RFC 8058 has it', hide } },
      async (request, reply) => {
        const visitor = await openLink(links, 'unsubscribe', request)
        if (typeof visitor === 'string') return refuse(request, reply, visitor)
        const changed = await links.settings.change(visitor.setting.userId, false)
        return changed ? show(reply, showUnsubscribed(visitor)) : refuse(request, reply, 'gone')
      },
    )
  }
}

import type { FastifyPluginAsync } from 'fastify'
import { type LinkRecipient, openLink, type TokenRoute, tokenPaths } from './open-link.ts'
import { confirmPage, unsubscribedPage } from './pages/unsubscribe.ts'
import type { RecipientContext } from './recipient-context.ts'

/**
 * One-click unsubscribe (RFC 8058). POST switches emails off, is idempotent and answers at once. GET
 * only shows a confirmation, because link scanners follow every link.
 */
export const unsubscribeRoutes: FastifyPluginAsync<RecipientContext> = async (server, context) => {
  const { frame, links, show, refuse } = context
  // The token is sufficient, so the body is discarded, whatever its type and length.
  server.addHook('onRequest', async ({ headers, method }) => {
    if (method === 'POST') headers['content-type'] = 'application/octet-stream'
  })
  server.addContentTypeParser('*', (_request, body, done) => {
    body.resume()
    done(null)
  })

  const showUnsubscribed = ({ setting, messages }: LinkRecipient) =>
    unsubscribedPage(frame, messages, links.sign('preferences', setting.userId))

  for (const { url, hide } of tokenPaths) {
    server.get<TokenRoute>(
      url,
      { schema: { summary: 'Show a confirmation page; change nothing', hide } },
      async (request, reply) => {
        const recipient = await openLink(links, 'unsubscribe', request)
        if (typeof recipient === 'string') return refuse(request, reply, recipient)
        const isOn = recipient.setting.notificationEmailsEnabled
        return show(
          reply,
          isOn ? confirmPage(frame, recipient.messages) : showUnsubscribed(recipient),
        )
      },
    )

    server.post<TokenRoute>(
      url,
      { schema: { summary: 'Switch a recipient’s emails off (RFC 8058)', hide } },
      async (request, reply) => {
        const recipient = await openLink(links, 'unsubscribe', request)
        if (typeof recipient === 'string') return refuse(request, reply, recipient)
        const changed = await links.settings.change(recipient.setting.userId, false)
        return changed ? show(reply, showUnsubscribed(recipient)) : refuse(request, reply, 'gone')
      },
    )
  }
}

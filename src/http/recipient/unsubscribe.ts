import type { FastifyPluginAsync } from 'fastify'
import { type LinkRecipient, openLink, type TokenRoute, tokenPaths } from './open-link.ts'
import { confirmPage, unsubscribedPage } from './pages/unsubscribe.ts'
import type { RecipientContext } from './recipient-context.ts'

/** How long the rest of a body may arrive after the answer: a client that still sends reads it first. */
const DRAIN_MS = 1_000

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
  server.addHook('onResponse', async ({ raw }) => {
    if (raw.complete) return
    const timer = setTimeout(() => raw.socket.destroy(), DRAIN_MS)
    for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer))
  })

  const showUnsubscribed = (url: string, { setting, messages }: LinkRecipient) => {
    const token = links.sign('preferences', setting.userId)
    return unsubscribedPage(frame, messages, `${upFrom(url)}preferences/${token}`)
  }

  for (const url of tokenPaths) {
    server.get<TokenRoute>(url, async (request, reply) => {
      const recipient = await openLink(links, 'unsubscribe', request)
      if (typeof recipient === 'string') return refuse(request, reply, recipient)
      const isOn = recipient.setting.notificationEmailsEnabled
      return show(
        reply,
        isOn ? confirmPage(frame, recipient.messages) : showUnsubscribed(request.url, recipient),
      )
    })

    server.post<TokenRoute>(url, async (request, reply) => {
      const recipient = await openLink(links, 'unsubscribe', request)
      if (typeof recipient === 'string') return refuse(request, reply, recipient)
      const changed = await links.settings.change(recipient.setting.userId, false, 'link')
      if (!changed) return refuse(request, reply, 'gone')
      return show(reply, showUnsubscribed(request.url, recipient))
    })
  }
}

/** The relative URL of the root; a proxy may add a path prefix, and mail programs slashes at the end. */
function upFrom(url: string): string {
  const [path = ''] = url.split('?')
  return '../'.repeat(path.split('/').length - 2)
}

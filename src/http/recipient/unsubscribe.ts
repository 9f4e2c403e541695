import type { FastifyPluginAsync } from 'fastify'
import type { Desk } from './desk.ts'
import { openLink, type TokenRoute, type Visitor } from './open-link.ts'
import { askPage, unsubscribedPage } from './pages/unsubscribe.ts'

/**
 * The way out of every email (RFC 8058). POST switches emails off, whoever asks, as often as they
 * ask, and answers at once. GET only asks: link scanners follow every link they find.
 */
export const unsubscribeRoutes: FastifyPluginAsync<Desk> = async (server, desk) => {
  const { frame, links, show, refuse } = desk
  // One-click posts come urlencoded or as multipart; the token says all, so the body is not read.
  server.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, _body, done) => done(null),
  )

  const showUnsubscribed = ({ setting, words }: Visitor) =>
    unsubscribedPage(frame, words, links.sign('preferences', setting.userId))

  server.get<TokenRoute>(
    '/:token',
    { schema: { summary: 'A page that asks; changes nothing' } },
    async (request, reply) => {
      const visitor = await openLink(links, 'unsubscribe', request)
      if (typeof visitor === 'string') return refuse(request, reply, visitor)
      const isOn = visitor.setting.notificationEmailsEnabled
      return show(reply, isOn ? askPage(frame, visitor.words) : showUnsubscribed(visitor))
    },
  )

  server.post<TokenRoute>(
    '/:token',
    { schema: { summary: 'Switch a recipient’s emails off, as RFC 8058 has it' } },
    async (request, reply) => {
      const visitor = await openLink(links, 'unsubscribe', request)
      if (typeof visitor === 'string') return refuse(request, reply, visitor)
      const changed = await links.settings.change(visitor.setting.userId, false)
      return changed ? show(reply, showUnsubscribed(visitor)) : refuse(request, reply, 'gone')
    },
  )
}

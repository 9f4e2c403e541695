import type { FastifyInstance, FastifyReply } from 'fastify'
import { emailPolicyWithLinks } from '../../html/email-policy.ts'
import type { Html } from '../../html/html.ts'
import { guardLinks, listLinks } from './links.ts'
import type { Mailbox } from './mailbox.ts'
import { emailPage, isView } from './pages/email.ts'
import { notFoundPage } from './pages/layout.ts'
import { linkPage } from './pages/links.ts'
import { listPage } from './pages/list.ts'
import { style } from './pages/style.ts'

const pagePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

function sendPage(reply: FastifyReply, page: Html | string, policy = pagePolicy): FastifyReply {
  return reply
    .headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(String(page))
}

/** Treats a missing or repeated query parameter as empty. */
function single(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

type Query = Record<string, unknown>

/** The pages that show accepted emails. They need no JavaScript and no build. */
export function pageRoutes(app: FastifyInstance, mailbox: Mailbox): void {
  const base = app.prefix

  app.get<{ Querystring: Query }>('/', async (request, reply) => {
    const search = single(request.query.q).trim()
    const before = single(request.query.before)
    const showsAll = single(request.query.all) !== ''
    const { count, ownCount, database } = mailbox
    const emails = mailbox.emails().filter(of => showsAll || of.database === database)
    const page = listPage({
      ...{ base, emails, showsAll, database },
      count: showsAll ? count : ownCount,
      others: count - ownCount,
      search,
      before,
      now: Date.now(),
    })
    return sendPage(reply, page)
  })

  app.get('/assets/mailbox.css', async (_request, reply) =>
    reply
      .headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' })
      .type('text/css; charset=utf-8')
      .send(style),
  )

  app.get<{ Params: { id: string }; Querystring: Query }>('/:id', async (request, reply) => {
    const email = mailbox.find(request.params.id)
    if (email === undefined) return sendPage(reply.code(404), notFoundPage(base))
    const view = single(request.query.view)
    return sendPage(reply, emailPage({ base, email, view: isView(view) ? view : undefined }))
  })

  app.get<{ Params: { id: string } }>('/:id/html', async (request, reply) => {
    const email = mailbox.find(request.params.id)
    if (email === undefined || email.html === null) {
      return sendPage(reply.code(404), notFoundPage(base))
    }
    const { id } = email
    const markup = guardLinks(email.html, index => `${base}/${id}/links/${index}`)
    return sendPage(reply, markup, emailPolicyWithLinks)
  })

  app.get<{ Params: { id: string; index: string } }>(
    '/:id/links/:index',
    async (request, reply) => {
      const { id, index } = request.params
      const markup = mailbox.find(id)?.html ?? ''
      const link = /^\d{1,6}$/.test(index) ? listLinks(markup)[Number(index)] : undefined
      if (link === undefined) return sendPage(reply.code(404), notFoundPage(base))
      return sendPage(reply, linkPage(base, id, link))
    },
  )

  app.setNotFoundHandler((_request, reply) => sendPage(reply.code(404), notFoundPage(base)))
}

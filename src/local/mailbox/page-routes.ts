import type { FastifyInstance, FastifyReply } from 'fastify'
import { emailPolicy } from '../../html/email-policy.ts'
import type { Html } from '../../html/html.ts'
import type { Mailbox } from './mailbox.ts'
import { emailPage, isView } from './pages/email.ts'
import { notFoundPage } from './pages/layout.ts'
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
    const { count } = mailbox
    const page = listPage({
      base,
      emails: mailbox.emails(),
      count,
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
    return sendPage(reply, email.html, emailPolicy)
  })

  app.setNotFoundHandler((_request, reply) => sendPage(reply.code(404), notFoundPage(base)))
}

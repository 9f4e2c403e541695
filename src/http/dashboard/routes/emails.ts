import type { FastifyInstance } from 'fastify'
import { isUuid } from '../../../core/uuid.ts'
import { encodeCursor } from '../../api/cursor.ts'
import { emailCursor } from '../../api/email-query.ts'
import type { DashboardContext } from '../context.ts'
import { parseFilter } from '../filter.ts'
import { emailPage } from '../pages/email.ts'
import { emailsPage } from '../pages/emails.ts'
import { sendErrorPage } from '../pages/error.ts'
import { sendEmailContent, sendPage } from '../send-page.ts'
import { single } from '../single.ts'

const PAGE = 50

interface OneEmail {
  Params: { id: string }
}

/** `GET /emails`, `/emails/{id}` and `/emails/{id}/content`. */
export function emailRoutes(server: FastifyInstance, { options, frame }: DashboardContext): void {
  const find = async (id: string) => (isUuid(id) ? options.audit.find(id) : null)

  server.get<{ Querystring: Record<string, unknown> }>('/emails', async (request, reply) => {
    const parsed = parseFilter(request.query)
    // An invalid cursor shows the newest attempts.
    const after = emailCursor.safeParse(single(request.query.cursor)).data
    const isValid = Object.keys(parsed.faults).length === 0
    const { attempts, next } = isValid
      ? await options.audit.list(parsed.filter, PAGE, after)
      : { attempts: [], next: null }
    const cursor = next && encodeCursor(next)
    const view = { attempts, parsed, next: cursor, isFirst: !after, now: Date.now() }
    return sendPage(reply.code(isValid ? 200 : 400), emailsPage(frame, view))
  })

  server.get<OneEmail>('/emails/:id', async (request, reply) => {
    const attempt = await find(request.params.id)
    if (!attempt) return sendErrorPage(reply, frame, 404)
    return sendPage(reply, emailPage(frame, attempt, Date.now()))
  })

  server.get<OneEmail>('/emails/:id/content', async (request, reply) => {
    const content = (await find(request.params.id))?.content
    if (!content) return sendErrorPage(reply, frame, 404)
    return sendEmailContent(reply, content.html)
  })
}

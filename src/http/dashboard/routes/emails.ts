import type { FastifyInstance } from 'fastify'
import { isUuid } from '../../../core/uuid.ts'
import { encodeCursor } from '../../api/cursor.ts'
import { emailCursor } from '../../api/email-query.ts'
import type { DashboardContext } from '../context.ts'
import { readFilter } from '../filter.ts'
import { emailPage } from '../pages/email.ts'
import { emailsPage } from '../pages/emails.ts'
import { faultPage } from '../pages/fault.ts'
import { sendEmailContent, sendPage } from '../send-page.ts'
import { single } from '../single.ts'

const PAGE = 50

interface OneEmail {
  Params: { id: string }
}

/** `GET /emails`, `/emails/{id}` and the email's own HTML. */
export function emailRoutes(server: FastifyInstance, { options, frame }: DashboardContext): void {
  const find = async (id: string) => (isUuid(id) ? options.audit.find(id) : null)

  server.get<{ Querystring: Record<string, unknown> }>('/emails', async (request, reply) => {
    const asked = readFilter(request.query)
    // A cursor that is none is as good as no cursor: the newest are shown.
    const after = emailCursor.safeParse(single(request.query.cursor)).data
    const isUsable = Object.keys(asked.faults).length === 0
    const { attempts, next } = isUsable
      ? await options.audit.list(asked.filter, PAGE, after)
      : { attempts: [], next: null }
    const cursor = next && encodeCursor(next)
    const view = { attempts, asked, next: cursor, isFirst: !after, now: Date.now() }
    return sendPage(reply.code(isUsable ? 200 : 400), emailsPage(frame, view))
  })

  server.get<OneEmail>('/emails/:id', async (request, reply) => {
    const attempt = await find(request.params.id)
    if (!attempt) return sendPage(reply.code(404), faultPage(frame, 404))
    return sendPage(reply, emailPage(frame, attempt, Date.now()))
  })

  server.get<OneEmail>('/emails/:id/content', async (request, reply) => {
    const content = (await find(request.params.id))?.content
    if (!content) return sendPage(reply.code(404), faultPage(frame, 404))
    return sendEmailContent(reply, content.html)
  })
}

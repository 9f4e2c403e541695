import type { FastifyInstance } from 'fastify'
import type { NotificationRange } from '../../../core/audit/audit.ts'
import { isUuid } from '../../../core/uuid.ts'
import { encodeCursor } from '../../api/cursor.ts'
import { emailCursor, notificationCursor } from '../../api/email-query.ts'
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
  Querystring: Record<string, unknown>
}

/** `GET /emails`, `/emails/{id}` and `/emails/{id}/content`. */
export function emailRoutes(server: FastifyInstance, { options, frame }: DashboardContext): void {
  const find = async (id: string, range: NotificationRange) =>
    isUuid(id) ? options.audit.find(id, range) : null

  server.get<{ Querystring: Record<string, unknown> }>('/emails', async (request, reply) => {
    const parsed = parseFilter(request.query)
    // An invalid cursor shows the newest attempts.
    const after = emailCursor.safeParse(single(request.query.cursor)).data
    const isValid = Object.keys(parsed.faults).length === 0
    const { attempts, next } = isValid
      ? await options.audit.list(parsed.filter, PAGE, after)
      : { attempts: [], next: null }
    const cursor = next && encodeCursor(next)
    const time = new Date(`${next?.sentAt}Z`)
    const searchedTo = Number.isNaN(time.getTime()) ? null : time
    const view = { attempts, parsed, next: cursor, searchedTo, isFirst: !after, now: Date.now() }
    return sendPage(reply.code(isValid ? 200 : 400), emailsPage(frame, view))
  })

  server.get<OneEmail>('/emails/:id', async (request, reply) => {
    // An invalid cursor shows the first notifications.
    const { skip = 0 } = notificationCursor.safeParse(single(request.query.cursor)).data ?? {}
    const attempt = await find(request.params.id, { skip, limit: PAGE })
    if (!attempt) return sendErrorPage(reply, frame, 404)
    return sendPage(reply, emailPage(frame, { attempt, skipped: skip, now: Date.now() }))
  })

  server.get<OneEmail>('/emails/:id/content', async (request, reply) => {
    const content = (await find(request.params.id, { skip: 0, limit: 1 }))?.content
    if (!content) return sendErrorPage(reply, frame, 404)
    return sendEmailContent(reply, content.html)
  })
}

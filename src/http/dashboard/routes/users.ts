import type { FastifyInstance } from 'fastify'
import { emailTypes } from '../../../core/email-type.ts'
import { isUuid } from '../../../core/uuid.ts'
import type { DashboardContext } from '../context.ts'
import { faultPage } from '../pages/fault.ts'
import { userPage } from '../pages/user.ts'
import { usersPage } from '../pages/users.ts'
import { sendPage } from '../send-page.ts'
import { noticeFor, single } from '../single.ts'

const FOUND = 20
const HISTORY = 20

const notices: Record<string, string> = {
  on: 'Emails are switched on.',
  off: 'Emails are switched off, from the next claim on.',
}

interface SingleUser {
  Params: { id: string }
}

/** `GET /people`, `/people/{id}`, and what can be done for one of them. */
export function userRoutes(
  server: FastifyInstance,
  { options, frame, sessionOf }: DashboardContext,
): void {
  const { audit, explain, people, settings } = options

  server.get<{ Querystring: { q?: unknown } }>('/people', async (request, reply) => {
    const search = single(request.query.q).trim().slice(0, 320).replaceAll('\0', '')
    const found = search === '' ? null : await people.search(search, FOUND)
    return sendPage(reply, usersPage(frame, { search, found }))
  })

  server.get<SingleUser & { Querystring: { did?: unknown } }>(
    '/people/:id',
    async (request, reply) => {
      const { id } = request.params
      const notFound = () => sendPage(reply.code(404), faultPage(frame, 404))
      if (!isUuid(id)) return notFound()
      const [person, setting, explanation, { attempts, next }] = await Promise.all([
        people.find(id),
        settings.find(id),
        explain.explain(id),
        audit.list({ userId: id }, HISTORY),
      ])
      if (!person || !setting || !explanation) return notFound()
      const notice = noticeFor(notices, request.query.did)
      const hasOlder = next !== null
      const { shadow } = options
      const record = { person, setting, explanation, attempts, hasOlder }
      const { readOnly } = sessionOf(request)
      const view = { ...record, notice, shadow, readOnly, now: Date.now() }
      return sendPage(reply, userPage(frame, view))
    },
  )

  server.post<SingleUser & { Body: Record<string, unknown> | undefined }>(
    '/people/:id/settings',
    async (request, reply) => {
      const { id } = request.params
      const wanted = single(request.body?.emails)
      const isKnown = isUuid(id) && (wanted === 'on' || wanted === 'off')
      const changed = isKnown && (await settings.change(id, wanted === 'on'))
      if (!changed) return sendPage(reply.code(404), faultPage(frame, 404))
      return reply.redirect(`/people/${id}?did=${wanted}`, 303)
    },
  )

  server.post<SingleUser & { Body: Record<string, unknown> | undefined }>(
    '/people/:id/emails',
    async (request, reply) => {
      const { id } = request.params
      const type = emailTypes.find(name => name === single(request.body?.type))
      if (!type || !isUuid(id)) return sendPage(reply.code(404), faultPage(frame, 404))
      const run = await options.runs.start({ type, trigger: 'dashboard', userIds: [id] })
      return reply.redirect(`/runs/${run.id}`, 303)
    },
  )
}

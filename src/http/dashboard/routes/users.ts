import type { FastifyInstance } from 'fastify'
import { emailTypes } from '../../../core/email-type.ts'
import { isUuid } from '../../../core/uuid.ts'
import type { DashboardContext } from '../context.ts'
import { sendErrorPage } from '../pages/error.ts'
import { userPage } from '../pages/user.ts'
import { usersPage } from '../pages/users.ts'
import { sendPage } from '../send-page.ts'
import { noticeFor, single } from '../single.ts'
import { suppressionNotices } from './suppressions.ts'

const SEARCH_LIMIT = 20
const HISTORY_LIMIT = 20

const notices: Record<string, string> = {
  on: 'Emails are switched on.',
  ...suppressionNotices,
  off: 'Emails are switched off. This applies from the next claim on.',
}

interface SingleUser {
  Params: { id: string }
}

/** `GET /people`, `/people/{id}`, and the forms for one user. */
export function userRoutes(
  server: FastifyInstance,
  { options, frame, sessionOf, sendingState }: DashboardContext,
): void {
  const { audit, explain, users, settings } = options

  server.get<{ Querystring: { q?: unknown } }>('/people', async (request, reply) => {
    const search = single(request.query.q).trim().slice(0, 320).replaceAll('\0', '')
    const found = search === '' ? null : await users.search(search, SEARCH_LIMIT)
    return sendPage(reply, usersPage(frame, { search, found }))
  })

  server.get<SingleUser & { Querystring: { did?: unknown } }>(
    '/people/:id',
    async (request, reply) => {
      const { id } = request.params
      const notFound = () => sendErrorPage(reply, frame, 404)
      if (!isUuid(id)) return notFound()
      const [user, setting, explanation, { attempts, next }] = await Promise.all([
        users.find(id),
        settings.find(id),
        explain.explain(id),
        audit.list({ userId: id }, HISTORY_LIMIT),
      ])
      if (!user || !setting || !explanation) return notFound()
      const notice = noticeFor(notices, request.query.did)
      const hasOlder = next !== null
      const { shadow } = options
      const record = { user, setting, explanation, attempts, hasOlder }
      const { readOnly } = sessionOf(request)
      const pause = sendingState.latest()?.pause
      const stop = pause?.stopped ? pause.reason : null
      const view = { ...record, notice, shadow, stop, readOnly, now: Date.now() }
      return sendPage(reply, userPage(frame, view))
    },
  )

  server.post<SingleUser & { Body: Record<string, unknown> | undefined }>(
    '/people/:id/settings',
    async (request, reply) => {
      const { id } = request.params
      const requested = single(request.body?.emails)
      const isKnown = isUuid(id) && (requested === 'on' || requested === 'off')
      const changed = isKnown && (await settings.change(id, requested === 'on', 'dashboard'))
      if (!changed) return sendErrorPage(reply, frame, 404)
      return reply.redirect(`/people/${id}?did=${requested}`, 303)
    },
  )

  server.post<SingleUser & { Body: Record<string, unknown> | undefined }>(
    '/people/:id/emails',
    async (request, reply) => {
      const { id } = request.params
      const type = emailTypes.find(name => name === single(request.body?.type))
      if (!type || !isUuid(id)) return sendErrorPage(reply, frame, 404)
      const run = await options.runs.start({ type, trigger: 'dashboard', userIds: [id] })
      return reply.redirect(`/runs/${run.id}`, 303)
    },
  )
}

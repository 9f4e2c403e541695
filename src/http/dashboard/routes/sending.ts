import type { FastifyInstance } from 'fastify'
import { emailTypes } from '../../../core/email-type.ts'
import type { DashboardContext } from '../context.ts'
import { sendingPage, spans } from '../pages/sending.ts'
import { sendPage } from '../send-page.ts'
import { single } from '../single.ts'

const DAY_MS = 86_400_000

/** `GET /sending`: the outcomes of the last days, in whole UTC days. */
export function sendingRoutes(server: FastifyInstance, { options, frame }: DashboardContext): void {
  server.get<{ Querystring: Record<string, unknown> }>('/sending', async (request, reply) => {
    const span = spans.find(days => String(days) === single(request.query.days)) ?? 30
    const type = emailTypes.find(name => name === single(request.query.type))
    const now = Date.now()
    const tomorrow = (Math.floor(now / DAY_MS) + 1) * DAY_MS
    const stats = await options.audit.stats({
      from: new Date(tomorrow - span * DAY_MS),
      to: new Date(tomorrow),
      by: 'day',
    })
    return sendPage(reply, sendingPage(frame, { stats, span, type, now }))
  })
}

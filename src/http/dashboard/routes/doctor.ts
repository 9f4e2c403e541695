import type { FastifyInstance } from 'fastify'
import { createWatch } from '../../../core/runs/watch.ts'
import type { DashboardContext } from '../context.ts'
import { createDoctor } from '../doctor.ts'
import { announceFindings, doctorPage, doctorPart } from '../pages/doctor.ts'
import { sendPage } from '../send-page.ts'
import { single } from '../single.ts'
import { sendLive } from './live.ts'

const UPDATE_EVERY_MS = 200

/**
 * `GET /doctor` and its live updates. The checks only read, so a read-only session may start them, too.
 */
export function doctorRoutes(server: FastifyInstance, context: DashboardContext): void {
  const { options, frame } = context
  const doctor = createDoctor(options.runDoctor)
  const watch = createWatch(async () => doctor.latest(), {
    every: UPDATE_EVERY_MS,
    isLast: run => run.findings !== null,
  })

  server.get<{ Querystring: { again?: unknown } }>('/doctor', async (request, reply) => {
    const isAnew = single(request.query.again) !== ''
    doctor.start({ isAnew })
    // Reloading the page must not start the checks again.
    if (isAnew) return reply.redirect('/doctor', 303)
    return sendPage(reply, doctorPage(frame, doctor.latest(), Date.now()))
  })

  server.get('/doctor/live', { exposeHeadRoute: false }, (request, reply) =>
    sendLive(request, reply, context, async function* (signal) {
      for await (const run of watch.follow(signal)) {
        const isLast = run.findings !== null
        const html = doctorPart(run, Date.now())
        yield { html, isLast, spoken: isLast ? announceFindings(run) : undefined }
      }
    }),
  )
}

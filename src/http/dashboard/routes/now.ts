import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { nextTick } from '../../../core/runs/schedule.ts'
import { createWatch } from '../../../core/runs/watch.ts'
import { findWorkFaults } from '../../../core/work-health.ts'
import type { DashboardContext } from '../context.ts'
import { type NowState, type NowView, nowPage, nowParts } from '../pages/now.ts'
import { sendPage } from '../send-page.ts'
import { noticeFor } from '../single.ts'
import { sendLive } from './live.ts'

/** Runs on the page; `/runs` lists all. */
const LATEST = 8
const UPDATE_EVERY_MS = 1_000
/** After this, the page is shown without the figures of the last hours. */
const LONGEST_WAIT_MS = 1_000

const notices: Record<string, string> = {
  resumed: 'Sending has resumed.',
  'not-stopped': 'Sending was not stopped, so there was nothing to resume.',
}

/** `GET /`, its live updates, and the form that resumes sending. */
export function nowRoutes(server: FastifyInstance, context: DashboardContext): void {
  const { options, frame, sessionOf } = context
  /** Null if it takes long or fails: the page is more important, and a live update follows. */
  const readActivity = () => {
    const reading = options.readActivity().catch(err => {
      server.log.error({ err }, 'Figures of the last 24 hours could not be read')
      return null
    })
    return Promise.race([reading, delay(LONGEST_WAIT_MS, null, { ref: false })])
  }
  const read = async (): Promise<NowState> => {
    const [account, { runs }, dryRun, health, activity] = await Promise.all([
      options.account.read(),
      options.runs.list(LATEST),
      options.lastDryRun(),
      options.readWorkHealth(),
      readActivity(),
    ])
    return { account, runs, dryRun, faults: findWorkFaults(health, Date.now()), activity }
  }
  const view = (state: NowState, request: FastifyRequest): NowView => {
    const { cron, timeZone } = options.schedule
    const next = cron ? nextTick({ cron, timeZone }, new Date()) : null
    return {
      ...state,
      next,
      cron,
      timeZone,
      rateLimit: options.rateLimit,
      rateHeadroom: options.rateHeadroom,
      shadow: options.shadow,
      readOnly: sessionOf(request).readOnly,
      now: Date.now(),
    }
  }
  const watch = createWatch(read, { every: UPDATE_EVERY_MS })

  server.get<{ Querystring: { did?: unknown } }>('/', async (request, reply) => {
    const notice = noticeFor(notices, request.query.did)
    return sendPage(reply, nowPage(frame, view(await read(), request), notice))
  })

  server.get('/live', { exposeHeadRoute: false }, (request, reply) =>
    sendLive(request, reply, context, async function* (signal) {
      for await (const state of watch.follow(signal)) yield { html: nowParts(view(state, request)) }
    }),
  )

  server.post('/lane/resume', async (request, reply) => {
    const reason = await options.account.resume()
    if (reason !== null) request.log.warn({ reason }, 'Sending resumed from the dashboard')
    return reply.redirect(`/?did=${reason === null ? 'not-stopped' : 'resumed'}`, 303)
  })
}

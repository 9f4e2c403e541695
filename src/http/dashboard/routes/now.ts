import type { FastifyInstance, FastifyRequest } from 'fastify'
import { nextTick } from '../../../core/runs/schedule.ts'
import { createWatch } from '../../../core/runs/watch.ts'
import type { DashboardContext } from '../context.ts'
import { type NowReading, type NowView, nowPage, nowParts } from '../pages/now.ts'
import { sendPage } from '../send-page.ts'
import { noticeFor } from '../single.ts'
import { sendLive } from './live.ts'

/** Runs on the page; the others have a page of their own. */
const LATEST = 8
const EVERY_MS = 1_000

const notices: Record<string, string> = {
  resumed: 'Sending is resumed.',
  'not-stopped': 'Sending was not stopped, so there was nothing to resume.',
}

/** `GET /`, its updates, and the button that resumes sending. */
export function nowRoutes(server: FastifyInstance, parts: DashboardContext): void {
  const { options, frame, sessionOf } = parts
  const read = async (): Promise<NowReading> => {
    const [account, { runs }, dryRun] = await Promise.all([
      options.account.read(),
      options.runs.list(LATEST),
      options.lastDryRun(),
    ])
    return { account, runs, dryRun }
  }
  const view = (reading: NowReading, request: FastifyRequest): NowView => {
    const { cron, timeZone } = options.schedule
    const next = cron ? nextTick({ cron, timeZone }, new Date()) : null
    return {
      ...reading,
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
  const watch = createWatch(read, { every: EVERY_MS })

  server.get<{ Querystring: { did?: unknown } }>('/', async (request, reply) => {
    const notice = noticeFor(notices, request.query.did)
    return sendPage(reply, nowPage(frame, view(await read(), request), notice))
  })

  server.get('/live', { exposeHeadRoute: false }, (request, reply) =>
    sendLive(request, reply, parts, async function* (signal) {
      for await (const reading of watch.follow(signal))
        yield { html: nowParts(view(reading, request)) }
    }),
  )

  server.post('/lane/resume', async (request, reply) => {
    const reason = await options.account.resume()
    if (reason !== null) request.log.warn({ reason }, 'sending was resumed from the dashboard')
    return reply.redirect(`/?did=${reason === null ? 'not-stopped' : 'resumed'}`, 303)
  })
}

import type { FastifyInstance } from 'fastify'
import { isFinished, type Run, type RunType, runTypes } from '../../../core/runs/run.ts'
import { isUuid } from '../../../core/uuid.ts'
import { decodeCursor, encodeCursor } from '../../api/cursor.ts'
import { runCursor } from '../../api/runs.ts'
import type { DashboardContext } from '../context.ts'
import { sendErrorPage } from '../pages/error.ts'
import { announceEnd, runPage, runPart, runsPage } from '../pages/runs.ts'
import { sendPage } from '../send-page.ts'
import { single } from '../single.ts'
import { sendLive } from './live.ts'

const PAGE = 50

interface OneRun {
  Params: { id: string }
}

/** `GET`, `POST /runs`, `GET /runs/{id}` and its live updates. */
export function runRoutes(server: FastifyInstance, context: DashboardContext): void {
  const { options, frame } = context
  const find = async (id: string) => (isUuid(id) ? options.runs.find(id) : null)
  const withErrors = async (run: Run) => ({ ...run, errors: await options.listRunErrors(run.id) })

  server.get<{ Querystring: { cursor?: unknown } }>('/runs', async (request, reply) => {
    // An invalid cursor shows the newest runs.
    const after = runCursor.safeParse(decodeCursor(single(request.query.cursor))).data
    const { runs, next } = await options.runs.list(PAGE, after)
    const view = { runs, next: next && encodeCursor(next), isFirst: !after, now: Date.now() }
    return sendPage(reply, runsPage(frame, view))
  })

  server.post<{ Body: Record<string, unknown> | undefined }>('/runs', async (request, reply) => {
    const type = single(request.body?.type)
    if (!isRunType(type)) return sendErrorPage(reply, frame, 400)
    // Unless the form asks for a real run, it is a dry run.
    const dryRun = single(request.body?.dryRun) !== 'no'
    const run = await options.runs.start({ type, trigger: 'dashboard', dryRun })
    return reply.redirect(`/runs/${run.id}`, 303)
  })

  server.get<OneRun>('/runs/:id', async (request, reply) => {
    const run = await find(request.params.id)
    if (!run) return sendErrorPage(reply, frame, 404)
    return sendPage(reply, runPage(frame, await withErrors(run), Date.now()))
  })

  server.get<OneRun>('/runs/:id/live', { exposeHeadRoute: false }, async (request, reply) => {
    const run = await find(request.params.id)
    if (!run) return reply.code(404).send()
    await sendLive(request, reply, context, async function* (signal) {
      for await (const run of options.watch.follow(request.params.id, signal)) {
        if (!run) return
        const isLast = isFinished(run)
        const html = runPart(run, Date.now())
        yield { html, isLast, spoken: isLast ? announceEnd(run) : undefined }
      }
    })
  })
}

function isRunType(name: string): name is RunType {
  return (runTypes as readonly string[]).includes(name)
}

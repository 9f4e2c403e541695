import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isFinished, type Runs } from '../../core/runs/run.ts'
import type { RunWatch } from '../../core/runs/watch-runs.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { endStreamsWith, type StreamEvent, sendEvents } from '../event-stream.ts'
import { problems, sendProblem } from '../problem.ts'

export interface RunEventsOptions {
  runs: Pick<Runs, 'find'>
  watch: RunWatch
  tokens: Tokens
}

const oneRun = z.object({ id: z.guid('the UUID of a run') })
/** The id of the last event: who comes back with it is told that there is no more. */
const LAST = 'finished'

/**
 * `GET /v1/runs/{id}/events`: `progress` with the run whenever it has changed, `finished` with it at
 * its end.
 */
export const runEventsRoute: FastifyPluginAsyncZod<RunEventsOptions> = async (server, options) => {
  const { runs, watch, tokens } = options
  const stopping = endStreamsWith(server)
  server.get(
    '/v1/runs/:id/events',
    {
      exposeHeadRoute: false,
      onRequest: requireBearer(tokens.read),
      schema: { summary: 'Progress of a run, as server-sent events', params: oneRun },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await runs.find(id))) {
        return sendProblem(reply, problems.runNotFound)
      }
      // As the standard has it, 204 tells a client to stay away.
      if (request.headers['last-event-id'] === LAST) return reply.code(204).send()
      await sendEvents(reply, stopping, signal => progress(watch, id, signal))
    },
  )
}

async function* progress(
  watch: RunWatch,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  for await (const run of watch.follow(id, signal)) {
    if (!run) return
    if (isFinished(run)) yield { event: 'finished', id: LAST, data: run }
    else yield { event: 'progress', data: run }
  }
}

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isFinished, type Runs } from '../../core/runs/run.ts'
import type { RunWatch } from '../../core/runs/watch-runs.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { type StreamEvent, sendEvents } from '../event-stream.ts'
import { problems, sendProblem } from '../problem.ts'
import { stopSignal } from '../signals.ts'
import { runParams } from './parameters.ts'

export interface RunEventsOptions {
  runs: Pick<Runs, 'find'>
  watch: RunWatch
  tokens: Tokens
}

/** The id of the last event. A client that reconnects with it gets a 204. */
const LAST = 'finished'

/** `GET /v1/runs/{id}/events`: `progress` with the run at each change, `finished` at its end. */
export const runEventsRoute: FastifyPluginAsyncZod<RunEventsOptions> = async (server, options) => {
  const { runs, watch, tokens } = options
  const stopping = stopSignal(server)
  server.get(
    '/v1/runs/:id/events',
    {
      exposeHeadRoute: false,
      onRequest: requireBearer(tokens.read),
      schema: {
        operationId: 'followRun',
        tags: ['Runs'],
        summary: 'Progress of a run, as server-sent events',
        params: runParams,
        response: {
          200: { content: { 'text/event-stream': { schema: z.string() } } },
          204: z.undefined().describe('The client has got the last event'),
        },
        problems: ['run_not_found'],
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await runs.find(id))) {
        return sendProblem(reply, problems.runNotFound)
      }
      // A 204 makes an EventSource stop reconnecting.
      if (request.headers['last-event-id'] === LAST) return reply.code(204).send()
      await sendEvents(reply, stopping, signal => progressEvents(watch, id, signal))
    },
  )
}

async function* progressEvents(
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

import type { FastifyPluginAsync, RouteHandlerMethod } from 'fastify'
import { z } from 'zod'
import { counted } from '../../core/counted.ts'
import { maskAddresses } from '../../core/errors/mask-addresses.ts'
import { isFinished, type Run, type Runs } from '../../core/runs/run.ts'
import type { RunWatch } from '../../core/runs/watch-runs.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { disconnectSignal, stopSignal } from '../signals.ts'

export interface CronRouteOptions {
  runs: Runs
  /** Shared, so that any number of waiting calls costs one query at a time. */
  watch: RunWatch
  failures: RunFailures
  tokens: Pick<Tokens, 'cron'>
  /** Milliseconds to wait for the run's end before answering without it. */
  cronTimeout: number
}

export interface RunFailures {
  /** One line each. */
  listFailures(runId: string, limit: number): Promise<string[]>
  /** How many emails of the run the provider has refused because of their address alone. */
  countRefusedAddresses(runId: string): Promise<number>
}

/**
 * Replaces EPTSS's own cron route: starts (or joins) a run of both types, waits for it and answers in
 * the format of that route.
 */
export const cronRoute: FastifyPluginAsync<CronRouteOptions> = async (server, options) => {
  const { runs, watch, failures, tokens, cronTimeout } = options
  const mayStart = requireBearer(tokens.cron, reply =>
    reply.code(401).send({ error: 'Unauthorized' }),
  )

  // A run may take hours, so a stop answers the waiting calls with the counts so far.
  const stopping = stopSignal(server)

  const runAndWait: RouteHandlerMethod = async (_request, reply) => {
    const started = await runs.start({ type: 'all', trigger: 'cron_route' })
    const ends = [AbortSignal.timeout(cronTimeout), stopping, disconnectSignal(reply)]
    const latest = await waitFor(watch, started, AbortSignal.any(ends))
    if (reply.raw.destroyed) return reply
    const run = isFinished(latest) ? latest : ((await runs.find(started.id)) ?? latest)
    if (run.shadow && !run.error) return formatShadow(run)
    const { sent, failed, unknown } = run.counts
    // Stopped sending needs attention, so report it as an error.
    const reason = run.error ?? (run.paused?.stopped ? run.paused.reason : null)
    // A monitor of this route should not alarm for ever because of one user's address.
    const refused = failed > 0 ? await failures.countRefusedAddresses(run.id) : 0
    const errorCount = failed - refused + unknown + (reason ? 1 : 0)
    if (errorCount === 0) {
      const others = refused > 0 ? `, ${counted(refused, 'address', 'addresses')} refused` : ''
      const message = isFinished(run)
        ? `${counted(sent, EMAIL)} sent${others}`
        : `${counted(sent, EMAIL)} sent so far; run ${run.id} is still running`
      return { success: true, message, emailsSent: sent }
    }
    const errors = await failures.listFailures(run.id, 10)
    return reply.code(500).send({
      success: false,
      message: `${counted(sent, EMAIL)} sent, ${counted(errorCount, 'error')}`,
      emailsSent: sent,
      errorCount,
      // Callers log this answer.
      errors: (reason ? [reason, ...errors] : errors).slice(0, 10).map(maskAddresses),
    })
  }

  // Some hosted schedulers can send only GET.
  for (const method of ['GET', 'POST'] as const) {
    server.route({
      method,
      exposeHeadRoute: false,
      url: '/api/cron/send-notification-emails',
      onRequest: mayStart,
      schema: {
        operationId: method === 'GET' ? 'runAllAndWaitByGet' : 'runAllAndWait',
        tags: ['Runs'],
        summary: "EPTSS's cron route: run both types and wait",
        response: answers,
      },
      handler: runAndWait,
    })
  }
}

const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } })
const answers = {
  200: json(
    z
      .object({ success: z.literal(true), message: z.string(), emailsSent: z.int() })
      .meta({ id: 'CronSuccess' }),
  ),
  401: json(z.object({ error: z.string() })),
  500: json(
    z
      .object({
        success: z.literal(false),
        message: z.string(),
        emailsSent: z.int(),
        errorCount: z.int(),
        errors: z.array(z.string()).describe('At most 10'),
      })
      .meta({ id: 'CronFailure' }),
  ),
}

const EMAIL = 'notification email'

function formatShadow(run: Run) {
  const planned = `${counted(run.counts.due, EMAIL)} would have been sent`
  const soFar = isFinished(run) ? '' : ` so far; run ${run.id} is still running`
  const message = `Nothing is sent in shadow (SHADOW=true); ${planned}${soFar}`
  return { success: true, message, emailsSent: 0 }
}

/** Resolves to the finished run, or to its latest state when `signal` aborts. */
async function waitFor(watch: RunWatch, started: Run, signal: AbortSignal): Promise<Run> {
  let latest = started
  for await (const run of watch.follow(started.id, signal)) {
    if (!run) throw new Error(`run ${started.id} no longer exists`)
    latest = run
  }
  return latest
}

import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { counted } from '../../core/counted.ts'
import { maskAddresses } from '../../core/errors/mask-addresses.ts'
import { isFinished, type Run, type Runs } from '../../core/runs/run.ts'
import type { RunWatch } from '../../core/runs/watch-runs.ts'
import { requireBearer, type Tokens } from '../bearer.ts'

export interface CronRouteOptions {
  runs: Runs
  /** However many calls wait for a run, it is read for all of them together. */
  watch: RunWatch
  failures: RunFailures
  tokens: Pick<Tokens, 'cron'>
  /** Milliseconds to wait for the run's end before answering without it. */
  cronTimeout: number
}

/** What went wrong in a run, a line each. */
export interface RunFailures {
  listFailures(runId: string, limit: number): Promise<string[]>
}

/**
 * The drop-in for EPTSS's own cron route: starts (or joins) a run of both types, waits for it and
 * answers in that route's words.
 */
export const cronRoute: FastifyPluginAsync<CronRouteOptions> = async (server, options) => {
  const { runs, watch, failures, tokens, cronTimeout } = options
  const mayStart = requireBearer(tokens.cron, reply =>
    reply.code(401).send({ error: 'Unauthorized' }),
  )

  // A stop does not wait for a run, which may take hours: its callers hear how far it got.
  const closing = new AbortController()
  server.addHook('preClose', async () => closing.abort())

  server.route({
    // Hosted schedulers send GET and nothing else; the bearer is asked for all the same.
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    url: '/api/cron/send-notification-emails',
    onRequest: mayStart,
    schema: { summary: "EPTSS's cron route: run both types and wait" },
    handler: async (_request, reply) => {
      const started = await runs.start({ type: 'all', trigger: 'cron_route' })
      const ends = [AbortSignal.timeout(cronTimeout), closing.signal, untilGone(reply)]
      const seen = await waitFor(watch, started, AbortSignal.any(ends))
      if (reply.raw.destroyed) return reply
      const run = isFinished(seen) ? seen : ((await runs.find(started.id)) ?? seen)
      if (run.shadow && !run.error) return formatShadow(run)
      const { sent, failed, unknown } = run.counts
      // Stopped sending keeps mail back until somebody acts, so the caller must see it as an error.
      const reason = run.error ?? (run.paused?.stopped ? run.paused.reason : null)
      const errorCount = failed + unknown + (reason ? 1 : 0)
      if (errorCount === 0) {
        const message = isFinished(run)
          ? `${counted(sent, EMAIL)} sent`
          : `${counted(sent, EMAIL)} sent so far; run ${run.id} goes on`
        return { success: true, message, emailsSent: sent }
      }
      const errors = await failures.listFailures(run.id, 10)
      return reply.code(500).send({
        success: false,
        message: `${counted(sent, EMAIL)} sent, ${counted(errorCount, 'error')}`,
        emailsSent: sent,
        errorCount,
        // What calls this keeps its answers in a log of its own.
        errors: (reason ? [reason, ...errors] : errors).slice(0, 10).map(maskAddresses),
      })
    },
  })
}

const EMAIL = 'notification email'

function formatShadow(run: Run) {
  const wouldBe = `${counted(run.counts.due, EMAIL)} would have been`
  const soFar = isFinished(run) ? '' : ` so far; run ${run.id} goes on`
  const message = `in shadow (SHADOW=true) nothing is sent; ${wouldBe}${soFar}`
  return { success: true, message, emailsSent: 0 }
}

/** The run's last reading before `signal`, or its end. */
async function waitFor(watch: RunWatch, started: Run, signal: AbortSignal): Promise<Run> {
  let latest = started
  for await (const run of watch.follow(started.id, signal)) {
    if (!run) throw new Error(`run ${started.id} is gone`)
    latest = run
  }
  return latest
}

/** Who has hung up is not waited for. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  return gone.signal
}

import type { FastifyPluginAsync } from 'fastify'
import { isFinished, type Run, type Runs } from '../../core/trigger/run.ts'
import { waitForRun } from '../../core/trigger/wait-for-run.ts'
import { requireBearer } from '../bearer.ts'

export interface CronRouteOptions {
  runs: Runs
  failures: RunFailures
  cronSecret: string
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
  const { runs, failures, cronSecret, cronTimeout } = options
  const mayStart = requireBearer([cronSecret], reply =>
    reply.code(401).send({ error: 'Unauthorized' }),
  )

  // A stop does not wait for a run, which may take hours: its callers hear how far it got.
  const closing = new AbortController()
  server.addHook('preClose', async () => closing.abort())

  server.post(
    '/api/cron/send-notification-emails',
    { onRequest: mayStart, schema: { summary: "EPTSS's cron route: run both types and wait" } },
    async (_request, reply) => {
      const started = await runs.start({ type: 'all', trigger: 'cron_route' })
      const signal = AbortSignal.any([AbortSignal.timeout(cronTimeout), closing.signal])
      const run = await waitPatiently(runs, started, signal)
      if (run.shadow && !run.error) return tellShadow(run)
      const { sent, failed, unknown } = run.counts
      // Stopped sending keeps mail back until somebody acts, so the caller must see it as an error.
      const reason = run.error ?? (run.paused?.stopped ? run.paused.reason : null)
      const errorCount = failed + unknown + (reason ? 1 : 0)
      if (errorCount === 0) {
        const message = isFinished(run)
          ? `${sent} notification emails sent`
          : `${sent} notification emails sent so far; run ${run.id} goes on`
        return { success: true, message, emailsSent: sent }
      }
      const errors = await failures.listFailures(run.id, 10)
      return reply.code(500).send({
        success: false,
        message: `${sent} notification emails sent, ${errorCount} errors`,
        emailsSent: sent,
        errorCount,
        errors: reason ? [reason, ...errors].slice(0, 10) : errors,
      })
    },
  )
}

function tellShadow(run: Run) {
  const wouldBe = `${run.counts.due} notification emails would have been`
  const soFar = isFinished(run) ? '' : ` so far; run ${run.id} goes on`
  const message = `in shadow (SHADOW=true) nothing is sent; ${wouldBe}${soFar}`
  return { success: true, message, emailsSent: 0 }
}

async function waitPatiently(runs: Runs, started: Run, signal: AbortSignal): Promise<Run> {
  let latest = started
  try {
    return await waitForRun(runs, started.id, { signal, onProgress: run => (latest = run) })
  } catch (error) {
    if (!signal.aborted) throw error
    return latest
  }
}

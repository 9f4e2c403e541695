import { startApp } from '../app/start-app.ts'
import { secretsOf } from '../config/secrets-of.ts'
import type { RunType } from '../core/runs/run.ts'
import { waitForRun } from '../core/runs/wait-for-run.ts'
import { findWorkFaults, type WorkFault } from '../core/work-health.ts'
import type { Database } from '../db/client/connect.ts'
import { readWorkHealth } from '../db/runs/read-work-health.ts'
import { coalesce } from '../http/coalesce.ts'
import { EXIT } from './exit.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'
import { createLogger } from './logger.ts'
import { createOutput, say } from './output.ts'
import { createProgress } from './progress.ts'
import { runTable } from './run-table.ts'

export interface RunOptions {
  dryRun?: boolean
  user?: string[]
  json?: boolean
}

/**
 * `run TYPE`: starts a run, works on it together with other workers, and waits for its end. A dry run does
 * no other work: on a copy of a database, it must not send the emails that are queued there.
 */
export async function run(type: RunType, options: RunOptions): Promise<number> {
  const config = await loadConfig()
  const logger = createLogger(process.env.LOG_LEVEL ?? 'warn', secretsOf(config))
  // A server may already run on this machine: use a free port, and start no schedule.
  const app = await startApp(
    { ...config, role: 'worker', host: '127.0.0.1', port: 0 },
    { directory: LOCAL_DIRECTORY, logger, schedule: false, work: !options.dryRun },
  )
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  process.once('SIGTERM', () => interrupted.abort())
  const progress = createProgress(process.stderr)
  const faults = options.dryRun ? () => undefined : watchFaults(app.db)
  try {
    const started = await app.runs.start({
      type,
      trigger: 'cli',
      dryRun: options.dryRun ?? false,
      ...(options.user && { userIds: options.user }),
    })
    const [finished] = await Promise.all([
      waitForRun(app.runs, started.id, {
        signal: interrupted.signal,
        onProgress: run => progress.show(run, faults()),
      }),
      options.dryRun && app.scan(started.id, interrupted.signal),
    ])
    progress.end()
    const output = createOutput()
    if (options.json) await output.printJson(finished)
    else await output.print(...runTable(finished, output))
    if (finished.shadow) say('In shadow (SHADOW=true): nothing was sent')
    if (finished.error) say(`The run failed: ${finished.error}`)
    const { failed, unknown } = finished.counts
    return finished.status === 'failed' || failed + unknown > 0 ? EXIT.failed : EXIT.ok
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    progress.end()
    say('Interrupted: claimed emails are finished now, the rest continues at the next start')
    return EXIT.failed
  } finally {
    await app.stop()
  }
}

/** Returns the worst fault as last read; each call reads again after a second. */
function watchFaults(db: Database): () => WorkFault | undefined {
  let latest: WorkFault | undefined
  const read = coalesce(async () => {
    latest = findWorkFaults(await readWorkHealth(db), Date.now())[0]
  })
  return () => {
    // The run itself reports a database that is away.
    read().catch(() => {})
    return latest
  }
}

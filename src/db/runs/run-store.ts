import type { SendingPause } from '../../core/provider-account.ts'
import type { Run, Runs } from '../../core/runs/run.ts'
import type { Database } from '../client/connect.ts'
import type { Jobs } from './jobs.ts'
import { findRun, listRuns, type RunCursor } from './read-runs.ts'
import { type StartOptions, startRun } from './start-run.ts'

/** Starts, finds and lists runs. */
export interface RunStore extends Runs {
  /** Newest first; `next` is the position of the following page, null after the last. */
  list(limit: number, after?: RunCursor): Promise<{ runs: Run[]; next: RunCursor | null }>
}

const IN_SHADOW: SendingPause = {
  reason: 'the service is in shadow (SHADOW=true) and sends nothing',
  until: null,
  stopped: false,
}

/** In shadow, runs started here send no emails, and earlier real runs are paused. */
export function createRunStore(db: Database, jobs: Jobs, options: StartOptions): RunStore {
  const withShadowPause = (run: Run): Run =>
    options.shadow && !run.dryRun && !run.finishedAt ? { ...run, paused: IN_SHADOW } : run
  const find = async (id: string) => {
    const run = await findRun(db, id, options.deployment)
    return run && withShadowPause(run)
  }
  return {
    async start(request) {
      const run = await find(await startRun(db, jobs, request, options))
      if (!run) throw new Error('the started run no longer exists')
      return run
    },
    find,
    async list(limit, after) {
      const page = await listRuns(db, limit, after, options.deployment)
      return { ...page, runs: page.runs.map(withShadowPause) }
    },
  }
}

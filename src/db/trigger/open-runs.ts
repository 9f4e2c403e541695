import type { Run, Runs } from '../../core/trigger/run.ts'
import type { Database } from '../connect.ts'
import type { Jobs } from '../jobs.ts'
import { findRun, listRuns, type RunCursor } from './read-runs.ts'
import { startRun } from './start-run.ts'

/** The runs, to start, find and list. */
export interface RunBook extends Runs {
  /** Newest first; `next` is where the following page begins, null after the last. */
  list(limit: number, after?: RunCursor): Promise<{ runs: Run[]; next: RunCursor | null }>
}

export function openRuns(db: Database, jobs: Jobs): RunBook {
  return {
    async start(request) {
      const run = await findRun(db, await startRun(db, jobs, request))
      if (!run) throw new Error('the run that was started is gone')
      return run
    },
    find: id => findRun(db, id),
    list: (limit, after) => listRuns(db, limit, after),
  }
}

import type { ScanCounts } from '../../src/core/scan/plan-page.ts'
import { compiled } from './compiled.ts'

const rules = { newMaxAgeDays: 30, outstandingAfterDays: 3, reminderCooldownDays: 7 }

interface Scanned {
  ms: number
  /** Read after the measurement. */
  counts(): Promise<ScanCounts>
}

export interface Scanner {
  /** Scans all users for both types; a real run also plans batches and enqueues jobs. */
  scan(dryRun: boolean): Promise<Scanned>
  close(): Promise<void>
}

/** Opens the service's scan on a database, with its real queue but no workers. */
export async function openScanner(url: string): Promise<Scanner> {
  const { connect } =
    await compiled<typeof import('../../src/db/client/connect.ts')>('db/client/connect.js')
  const { createQueue } =
    await compiled<typeof import('../../src/queue/queue.ts')>('queue/queue.js')
  const { startRun } =
    await compiled<typeof import('../../src/db/runs/start-run.ts')>('db/runs/start-run.js')
  const { createScanRunner } = await compiled<typeof import('../../src/app/scan.ts')>('app/scan.js')
  const { usualTiming: timing } =
    await compiled<typeof import('../../src/config/timing.ts')>('config/timing.js')
  const { db, close } = connect(url, { hostSchema: 'public' })
  const queue = createQueue({ url, onError: error => console.error(error) })
  await queue.start()
  const { jobs } = queue
  const scanRun = createScanRunner({ config: { rules }, db, jobs, timing })
  return {
    async scan(dryRun) {
      const begin = performance.now()
      const runId = await startRun(db, jobs, { type: 'all', trigger: 'cli', dryRun })
      await scanRun(runId, AbortSignal.timeout(600_000))
      const ms = performance.now() - begin
      return {
        ms,
        async counts() {
          const run = await db.query.runs.findFirst({ where: (of, { eq }) => eq(of.id, runId) })
          return run?.scanCounts as ScanCounts
        },
      }
    },
    async close() {
      await queue.stop()
      await close()
    },
  }
}

import { followUpTime } from './follow-up-time.ts'
import { planPage } from './plan-page.ts'
import { prefetchPages, type Scan } from './prefetch-pages.ts'
import type { EvaluatedPage, PageStep, ScannedRun, ScanStore } from './scan-store.ts'

/**
 * Begins the scan of a run, or resumes it after the last applied page. Null if there is nothing to scan.
 * Uses up to three connections: two pages are evaluated while the previous one is applied.
 */
export async function createScan(store: ScanStore, runId: string): Promise<Scan | null> {
  const initial = await store.begin(runId)
  if (!initial) return null
  if (initial.shadow) {
    return {
      async nextPage() {
        const run = await store.applyShadowPage(runId, nextStep)
        return run?.scanDone === false
      },
      end: async () => {},
    }
  }
  let run = initial
  return prefetchPages(
    {
      evaluate: (cursor, onEnd) => store.evaluatePage({ cursor, userIds: initial.userIds }, onEnd),
      async apply(page) {
        const step = nextStep(run, page)
        if (!(await store.applyPage(run, step))) return false
        run = step.next
        return !run.scanDone
      },
    },
    initial.cursor,
  )
}

/** The next step of a scan: the page's plan, and the run's position once the plan is applied. */
function nextStep(run: ScannedRun, page: EvaluatedPage): PageStep {
  const scanDone = page.through === null
  const plan = planPage(run.type, page.due, run, scanDone, page.others)
  const next = {
    ...run,
    cursor: page.through ?? run.cursor,
    // A dry run plans no batches, so no users wait for the next batch.
    remainder: scanDone || run.dryRun ? {} : plan.remainder,
    counts: plan.counts,
    heldUntil: plan.heldUntil,
    scanDone,
  }
  // A dry run changes nothing, except in shadow, where it stands for a real one.
  const isPreview = run.dryRun && !run.shadow
  const followUpAt = scanDone && next.heldUntil && !isPreview ? followUpTime(next.heldUntil) : null
  return { plan, next, followUpAt }
}

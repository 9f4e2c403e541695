import type { RunType } from '../runs/run.ts'
import type { PagePlan, Remainder, ScanCounts } from './plan-page.ts'
import type { Verdicts, VerdictsOfMany } from './rules.ts'

/** The state of a run's scan. Together with a page, it determines the page's plan. */
export interface ScannedRun {
  id: string
  type: RunType
  dryRun: boolean
  shadow: boolean
  /** Null: all users. */
  userIds: string[] | null
  /** The last user that was scanned; null before the first page. */
  cursor: string | null
  remainder: Partial<Remainder>
  counts: ScanCounts
  /** When the first hold ends of those found so far; null: none was found. */
  heldUntil: Date | null
  /** Whether there is no further page. */
  scanDone: boolean
}

/** The verdicts on the users after `after` (null: from the first) through `through` (null: to the last). */
export interface EvaluatedPage {
  after: string | null
  through: string | null
  /** In the order of their ids. */
  due: Verdicts[]
  others: VerdictsOfMany[]
}

/** The changes that a page makes: the plan for its users, and the run's next state. */
export interface PageStep {
  plan: PagePlan
  next: ScannedRun
  /** When another run of the type starts, for users whose hold has ended by then; null: none is needed. */
  followUpAt: Date | null
}

export interface ScanStore {
  /**
   * Moves a queued run to running, and returns a running one as it is. Null if there is nothing to scan:
   * another run of its type is still scanning, or this one is done.
   */
  begin(runId: string): Promise<ScannedRun | null>
  /**
   * Evaluates the rules for the next page without locks. Reports the page's last user as soon as it is
   * known, or null if no page follows.
   */
  evaluatePage(
    run: Pick<ScannedRun, 'userIds' | 'cursor'>,
    onEnd: (through: string | null) => void,
  ): Promise<EvaluatedPage>
  /** Writes a step in one transaction. Writes nothing and returns false if the run has moved on from `from`. */
  applyPage(from: ScannedRun, step: PageStep): Promise<boolean>
  /**
   * Evaluates and applies the next page of a shadow run in one transaction, so that it sees the plans of
   * other shadow runs. Null if another process scans this run.
   */
  applyShadowPage(
    runId: string,
    planStep: (run: ScannedRun, page: EvaluatedPage) => PageStep,
  ): Promise<ScannedRun | null>
}

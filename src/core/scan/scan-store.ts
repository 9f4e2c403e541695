import type { RunType } from '../runs/run.ts'
import type { PagePlan, Remainder, ScanCounts } from './plan-page.ts'
import type { Verdicts, VerdictsOfMany } from './rules.ts'

/** A run as its scan knows it: the plan of a page follows from this and from the page. */
export interface ScannedRun {
  id: string
  type: RunType
  dryRun: boolean
  shadow: boolean
  /** Null: everybody. */
  userIds: string[] | null
  /** The last user that was scanned; null before the first page. */
  cursor: string | null
  remainder: Partial<Remainder>
  counts: ScanCounts
  /** Whether there is no further page. */
  scanDone: boolean
}

/** The verdicts on the users after one (null: from the first on), through another (null: to the last). */
export interface EvaluatedPage {
  after: string | null
  through: string | null
  /** In the order of their ids. */
  due: Verdicts[]
  others: VerdictsOfMany[]
}

/** What a page changes: the plan for its users, and the run as it is afterwards. */
export interface PageStep {
  plan: PagePlan
  next: ScannedRun
}

export interface ScanStore {
  /**
   * Moves a run from queued to running, or finds it running. Null if there is nothing to scan: another run
   * of its type is still scanning, or this one is done.
   */
  begin(runId: string): Promise<ScannedRun | null>
  /**
   * Evaluates the rules for the next page, and locks nothing. Reports the page's last user as soon as it
   * is known, null if no page follows.
   */
  evaluatePage(
    run: Pick<ScannedRun, 'userIds' | 'cursor'>,
    onEnd: (through: string | null) => void,
  ): Promise<EvaluatedPage>
  /** Writes a step in one transaction. False, with nothing written, if the run is not at `from` any more. */
  applyPage(from: ScannedRun, step: PageStep): Promise<boolean>
  /**
   * Evaluates and applies the next page of a shadow run in one transaction, so that it sees what other
   * shadow runs have planned. Null if another process scans this run.
   */
  applyShadowPage(
    runId: string,
    planStep: (run: ScannedRun, page: EvaluatedPage) => PageStep,
  ): Promise<ScannedRun | null>
}

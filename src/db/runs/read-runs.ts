import { desc, eq, inArray, sql } from 'drizzle-orm'
import type { EmailType } from '../../core/email-type.ts'
import type { Run, RunCounts, TypeCounts } from '../../core/runs/run.ts'
import type { ScanCounts } from '../../core/scan/plan-page.ts'
import type { Deployment } from '../../core/send/deployment.ts'
import type { Database } from '../client/connect.ts'
import { batches, deliveries, runs } from '../schema.ts'
import { readSendingPause } from '../send/read-provider-account.ts'

export async function findRun(
  db: Database,
  id: string,
  deployment?: Deployment,
): Promise<Run | null> {
  const [row] = await db.select().from(runs).where(eq(runs.id, id))
  if (!row) return null
  const [run] = await withCounts(db, [row], deployment)
  return run ?? null
}

/** Where a page of runs ends: the last run on it. */
export interface RunCursor {
  createdAt: string
  id: string
}

/** Newest first, at most `limit`, starting after `after`. */
export async function listRuns(
  db: Database,
  limit: number,
  after?: RunCursor,
  deployment?: Deployment,
): Promise<{ runs: Run[]; next: RunCursor | null }> {
  const rows = await db
    // The cursor keeps the microseconds that a Date would lose.
    .select({ run: runs, createdAt: sql<string>`${runs.createdAt}::text` })
    .from(runs)
    .where(
      after &&
        sql`(${runs.createdAt}, ${runs.id}) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
    )
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    runs: await withCounts(
      db,
      page.map(row => row.run),
      deployment,
    ),
    next: last ? { createdAt: last.createdAt, id: last.run.id } : null,
  }
}

/** Counts outcomes from the deliveries themselves, so no crash can make a counter wrong. */
async function withCounts(
  db: Database,
  rows: (typeof runs.$inferSelect)[],
  deployment: Deployment | undefined,
): Promise<Run[]> {
  if (rows.length === 0) return []
  const ids = rows.map(row => row.id)
  const [outcomes, lateSkips, pause] = await Promise.all([
    db
      .select({
        runId: deliveries.runId,
        emailType: deliveries.emailType,
        state: deliveries.state,
        count: sql<number>`count(*)::int`,
      })
      .from(deliveries)
      .where(inArray(deliveries.runId, ids))
      .groupBy(deliveries.runId, deliveries.emailType, deliveries.state),
    db
      .select({
        runId: batches.runId,
        emailType: batches.emailType,
        reason: sql<string>`skip.key`,
        count: sql<number>`sum(skip.value::int)::int`,
      })
      .from(batches)
      .innerJoin(sql`lateral jsonb_each_text(${batches.skipped}) skip`, sql`true`)
      .where(inArray(batches.runId, ids))
      .groupBy(batches.runId, batches.emailType, sql`skip.key`),
    readSendingPause(db, deployment),
  ])
  return rows.map(row => {
    const counts = countsOfScan(row.scanCounts as ScanCounts)
    for (const { emailType, state, count } of outcomes.filter(of => of.runId === row.id)) {
      const name = outcomeNames[state]
      if (name) for (const scope of scopes(counts, emailType)) scope[name] += count
    }
    for (const { emailType, reason, count } of lateSkips.filter(of => of.runId === row.id)) {
      for (const { skipped } of scopes(counts, emailType)) {
        skipped[reason] = (skipped[reason] ?? 0) + count
      }
    }
    return {
      id: row.id,
      type: row.type,
      trigger: row.trigger,
      dryRun: row.dryRun,
      shadow: row.shadow,
      status: row.status,
      error: row.error,
      counts,
      // A run that waits behind a paused run is shown as paused, too.
      paused: row.finishedAt || row.dryRun ? null : pause,
      createdAt: row.createdAt,
      startedAt: row.startedAt,
      finishedAt: row.finishedAt,
    }
  })
}

const outcomeNames = {
  claimed: null,
  released: null,
  accepted: 'sent',
  rejected: 'failed',
  unknown: 'unknown',
} as const

function scopes(counts: RunCounts, emailType: EmailType): TypeCounts[] {
  return [counts, counts.byType[emailType]]
}

function countsOfScan(scan: ScanCounts): RunCounts {
  const open = () => ({ sent: 0, failed: 0, unknown: 0 })
  const { scanned, due, skipped } = scan
  return {
    scanned,
    due,
    ...open(),
    skipped,
    byType: {
      new_notifications: { ...scan.byType.new_notifications, ...open() },
      outstanding_reminder: { ...scan.byType.outstanding_reminder, ...open() },
    },
  }
}

import { randomUUIDv7 } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { IdempotencyConflictError, type RunRequest } from '../../core/runs/run.ts'
import { nothingScanned } from '../../core/scan/plan-page.ts'
import type { Deployment } from '../../core/send/deployment.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { runKeys, runs } from '../schema.ts'
import type { Jobs } from './jobs.ts'

export interface StartOptions {
  /** Starts shadow runs instead of real ones: dry runs that write `shadow_emails`. */
  shadow: boolean
  /** A run is paused while the database sends for another one; absent: for any. */
  deployment?: Deployment | undefined
}

/**
 * Starts a run and enqueues its scan, or joins one: the run of the same idempotency key, or else
 * the queued run of its type. Resolves to the run's id.
 */
export async function startRun(
  db: Database,
  jobs: Jobs,
  request: RunRequest,
  { shadow }: StartOptions = { shadow: false },
): Promise<string> {
  const { idempotencyKey: key } = request
  const userIds = request.userIds?.map(id => id.toLowerCase())
  const wanted = { ...request, userIds: userIds && [...new Set(userIds)].sort() }
  const fingerprint = JSON.stringify([wanted.type, wanted.dryRun ?? false, wanted.userIds ?? null])
  for (;;) {
    const id = await inTransaction(db, async tx => {
      // A request with the same key at the same time waits here for the commit of the first.
      if (key) await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${key}))`)
      const known = key && (await findByKey(tx, key, fingerprint))
      if (known) return known
      const runId = (await insertRun(tx, jobs, wanted, shadow)) ?? (await findQueued(tx, wanted))
      if (runId && key) await tx.insert(runKeys).values({ key, runId, request: fingerprint })
      return runId
    })
    // If the queued run has begun meanwhile, the next round creates a new one.
    if (id) return id
  }
}

async function findByKey(
  tx: Transaction,
  key: string,
  fingerprint: string,
): Promise<string | undefined> {
  const [known] = await tx.select().from(runKeys).where(eq(runKeys.key, key))
  if (known && known.request !== fingerprint) throw new IdempotencyConflictError(key)
  return known?.runId
}

async function insertRun(
  tx: Transaction,
  jobs: Jobs,
  { type, trigger, dryRun = false, userIds = undefined }: RunRequest,
  inShadow: boolean,
): Promise<string | undefined> {
  const [run] = await tx
    .insert(runs)
    .values({
      id: randomUUIDv7(),
      type,
      trigger,
      dryRun: dryRun || inShadow,
      // A dry run shows what a real run would do, even in shadow.
      shadow: inShadow && !dryRun,
      userIds: userIds ?? null,
      scanCounts: nothingScanned(),
    })
    .onConflictDoNothing()
    .returning({ id: runs.id })
  if (run) await jobs.scan(tx, run.id)
  return run?.id
}

async function findQueued(tx: Transaction, { type }: RunRequest): Promise<string | undefined> {
  const [run] = await tx
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(eq(runs.type, type), eq(runs.status, 'queued'), sql`not dry_run`, isNull(runs.userIds)),
    )
  return run?.id
}

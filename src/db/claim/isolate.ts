import { randomUUIDv7 } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Isolation } from '../../core/claim/claims.ts'
import { errorLine } from '../../core/errors/error-line.ts'
import { rootMessage } from '../../core/errors/root-message.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { isCausedByData } from '../client/is-caused-by-data.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches } from '../schema.ts'
import { failEmail } from './fail-email.ts'
import { type LockedBatch, lockBatch } from './lock-batch.ts'

/** A batch that cannot be claimed is tried again after 1, 2, 4 … seconds, and every five minutes. */
const LONGEST_POSTPONEMENT_S = 300

/** Implements `Claims.isolate`, in one transaction. */
export function isolate(
  db: Database,
  jobs: Jobs,
  batchId: string,
  error: unknown,
  rules: Rules,
): Promise<Isolation> {
  const reason = errorLine('claim', rootMessage(error))
  return inTransaction(db, async tx => {
    const batch = await lockBatch(tx, batchId)
    // Another worker has claimed it meanwhile.
    if (!batch) return 'postponed'
    if (batch.state === 'frozen' || !isCausedByData(error)) {
      await postpone(tx, jobs, batch, reason)
      return 'postponed'
    }
    if (batch.userIds.length > 1) {
      await split(tx, jobs, batch, reason)
      return 'split'
    }
    await failEmail(tx, batch, reason, rules)
    return 'failed'
  })
}

async function split(
  tx: Transaction,
  jobs: Jobs,
  { id, runId, emailType, userIds }: LockedBatch,
  error: string,
): Promise<void> {
  const half = Math.ceil(userIds.length / 2)
  const other = randomUUIDv7()
  await tx
    .update(batches)
    .set({ userIds: userIds.slice(0, half), error })
    .where(eq(batches.id, id))
  await tx
    .insert(batches)
    .values({ id: other, runId, emailType, userIds: userIds.slice(half), error })
  await jobs.deliver(
    tx,
    [id, other].map(batchId => ({ batchId, runId })),
  )
}

async function postpone(
  tx: Transaction,
  jobs: Jobs,
  { id, runId, failures }: LockedBatch,
  error: string,
): Promise<void> {
  const seconds = Math.min(2 ** failures, LONGEST_POSTPONEMENT_S)
  await tx
    .update(batches)
    .set({
      failures: sql`least(${batches.failures} + 1, 32767)`,
      error,
      nextAttemptAt: sql`now() + make_interval(secs => ${seconds}::int)`,
    })
    .where(eq(batches.id, id))
  await jobs.deliver(tx, [{ batchId: id, runId }], seconds * 1_000)
}

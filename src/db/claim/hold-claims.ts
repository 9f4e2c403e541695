import { type SQL, sql } from 'drizzle-orm'
import type { ClaimedBatch } from '../../core/claim/claims.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches } from '../schema.ts'
import { isKeyUsable } from './claim-retry.ts'

/** Implements `Claims.renewLeases`. A batch that another worker has claimed has a later attempt. */
export async function renewLeases(
  db: Database,
  held: ClaimedBatch[],
  leaseMs: number,
): Promise<Set<string>> {
  const rows = await db.execute<{ id: string }>(sql`
    update ${batches} b set leased_until = now() + ${leaseMs} * interval '1 millisecond'
    where ${isSameAttempt(held)} and ${isKeyUsable()}
    returning b.id`)
  return new Set(rows.map(row => row.id))
}

/** Implements `Claims.handBack`: releases the batches and enqueues them again. */
export async function handBack(db: Database, jobs: Jobs, held: ClaimedBatch[]): Promise<void> {
  await inTransaction(db, async tx => {
    const rows = await tx.execute<{ id: string; run_id: string }>(sql`
      update ${batches} b set leased_until = null, next_attempt_at = now()
      where ${isSameAttempt(held)}
      returning b.id, b.run_id`)
    await jobs.deliver(
      tx,
      rows.map(row => ({ batchId: row.id, runId: row.run_id })),
    )
  })
}

/** For batches `b`: the same attempt as one of these, and not resolved. */
function isSameAttempt(held: ClaimedBatch[]): SQL {
  const ids = sql.param(held.map(({ id }) => id))
  const attempts = sql.param(held.map(({ attempt }) => attempt))
  return sql`b.state = 'frozen' and (b.id, b.attempts) in (
    select * from unnest(${ids}::uuid[], ${attempts}::int[]))`
}

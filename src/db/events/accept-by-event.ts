import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { closeAsAccepted } from '../record/close-as-accepted.ts'
import { resolveBatchIfDone } from '../record/resolve-batch.ts'
import { writeAlone } from '../record/write-host-rows.ts'
import { attempts, batches, recipients } from '../schema.ts'
import type { ReportedDelivery } from './find-delivery.ts'

/**
 * Closes a delivery that an event proves to be accepted. Which attempt the provider accepted is
 * unknown, so the newest is marked: only it may be pending, since a claim closes earlier ones.
 */
export async function acceptByEvent(
  tx: Transaction,
  { id, batchId, userId }: ReportedDelivery,
  providerId: string,
): Promise<void> {
  // Locks in the same order as the recording of an answer and the claim of the next attempt.
  await tx.execute(sql`select from ${batches} where id = ${batchId} for update`)
  await tx.execute(sql`select from ${recipients} where user_id = ${userId} for update`)
  await writeAlone(tx, id, nested =>
    closeAsAccepted(nested, {
      of: sql`id = ${id}`,
      providerId: sql`${providerId}::text`,
      attempt: sql`(select max(number) from ${attempts} where delivery_id = d.id)`,
    }),
  )
  await resolveBatchIfDone(tx, batchId)
}

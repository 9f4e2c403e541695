import { eq, type SQL, sql } from 'drizzle-orm'
import { errorLine } from '../../core/errors/error-line.ts'
import { rootMessage } from '../../core/errors/root-message.ts'
import type { Transaction } from '../client/connect.ts'
import { hasTimedOut, isCausedByData } from '../client/is-caused-by-data.ts'
import { batches, deliveries } from '../schema.ts'

/**
 * Runs `write` for the deliveries of a batch. `of` is a condition on `deliveries` that limits which.
 * `write` must leave out the host's rows of deliveries that have an `error`.
 */
export type WriteHostRows = (
  tx: Transaction,
  batchId: string,
  write: (tx: Transaction, of: SQL) => Promise<void>,
) => Promise<void>

/** All at once: one statement for a hundred rows. */
const together: WriteHostRows = (tx, batchId, write) => write(tx, sql`batch_id = ${batchId}`)

/** Each on its own, so that a row the database refuses affects no other delivery. */
const oneByOne: WriteHostRows = async (tx, batchId, write) => {
  const rows = await tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(eq(deliveries.batchId, batchId))
  for (const { id } of rows) await writeAlone(tx, id, nested => write(nested, sql`id = ${id}`))
}

/**
 * Runs `write` for one delivery. If the host's row cannot be written, the delivery keeps the error. Throws
 * after a timeout: the next attempt at the record may be in time, and the row would never be true.
 */
export async function writeAlone(
  tx: Transaction,
  deliveryId: string,
  write: (tx: Transaction) => Promise<void>,
): Promise<void> {
  try {
    await tx.transaction(write)
  } catch (error) {
    if (hasTimedOut(error)) throw error
    await setDeliveryError(tx, deliveryId, error)
    await write(tx)
  }
}

/**
 * Records why the host's row of an attempt could not be written, with the batch too, by which it is found.
 * Throws what no data has caused.
 */
export async function setDeliveryError(
  tx: Transaction,
  deliveryId: string,
  error: unknown,
): Promise<void> {
  if (!isCausedByData(error)) throw error
  const reason = errorLine('record', rootMessage(error))
  await tx.execute(sql`
    with failed as (
      update ${deliveries} set error = ${reason} where id = ${deliveryId} returning batch_id
    )
    update ${batches} set error = ${reason} where id = (select batch_id from failed)`)
}

/** Runs `work` with the rows together; if one of them makes that fail, again with one at a time. */
export function despiteFaultyRows<T>(work: (rows: WriteHostRows) => Promise<T>): Promise<T> {
  return work(together).catch(error => {
    if (!isCausedByData(error)) throw error
    return work(oneByOne)
  })
}

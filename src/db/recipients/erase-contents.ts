import { sql } from 'drizzle-orm'
import { emailsOf, packBody } from '../../core/claim/body.ts'
import type { Transaction } from '../client/connect.ts'
import { storedRequest } from '../rules/stored-request.ts'
import { batches, deliveries } from '../schema.ts'

/**
 * Removes a user's emails from the stored requests. Leaves null in each place, since emails are
 * found by position. Resolves to how many requests it changed.
 */
export async function eraseContents(tx: Transaction, userId: string): Promise<number> {
  const kept = await tx
    .select({ id: batches.id, body: storedRequest, position: deliveries.position })
    .from(deliveries)
    .innerJoin(batches, sql`${batches.id} = ${deliveries.batchId}`)
    .where(
      sql`${deliveries.userId} = ${userId}::uuid and ${deliveries.position} is not null
        and ${batches.body} is not null and ${batches.state} = 'resolved'`,
    )
  let changed = 0
  for (const { id, body, position } of kept) {
    if (!body || position === null) continue
    const emails = emailsOf(body)
    if (!emails[position]) continue
    emails[position] = null
    await tx
      .update(batches)
      .set({ body: packBody(Buffer.from(JSON.stringify(emails))) })
      .where(sql`${batches.id} = ${id}`)
    changed += 1
  }
  return changed
}

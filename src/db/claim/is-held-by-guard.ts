import { type SQL, sql } from 'drizzle-orm'
import type { Guard } from '../../core/claim/claims.ts'
import type { Transaction } from '../client/connect.ts'
import { isAllowed } from '../rules/conditions.ts'
import { batches, deliveries } from '../schema.ts'
import { isKeyKept } from './replay-hours.ts'

/**
 * Whether the stored request of `b` (batches) waits because a guard would not let all its emails go
 * where they are addressed. After the life of its key it is given up as usual.
 */
export function isHeldByGuard(guard: Guard): SQL {
  if (!isSet(guard)) return sql`false`
  return sql`(b.state = 'frozen'
    and (${isKeyKept()}
      or (b.attempts = 1 and b.leased_until is null))
    and exists (
      select from ${deliveries} d
      where d.batch_id = b.id and d.closed_at is null and not ${isWithinGuard(guard)}))`
}

/** Whether the email of `d` (deliveries) goes where the guard lets it go. */
function isWithinGuard({ deliverOnly, deliverTo }: Guard): SQL {
  if (!deliverTo) return isAllowed(sql`coalesce(d.sent_to, d.address)`, { deliverOnly })
  return sql`(coalesce(lower(d.sent_to) = lower(${deliverTo}), false)
    and ${isAllowed(sql`d.address`, { deliverOnly })})`
}

/** Whether one batch waits; costs no query without a guard. */
export async function isBatchHeldByGuard(
  tx: Transaction,
  batchId: string,
  guard: Guard,
): Promise<boolean> {
  if (!isSet(guard)) return false
  const held = await tx.execute(
    sql`select from ${batches} b where b.id = ${batchId} and ${isHeldByGuard(guard)}`,
  )
  return held.length > 0
}

function isSet({ deliverOnly, deliverTo }: Guard): boolean {
  return deliverOnly !== undefined || deliverTo !== undefined
}

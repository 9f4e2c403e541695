import { sql } from 'drizzle-orm'
import type { LiftOptions, Suppression } from '../../core/recipients/suppression.ts'
import { insertChange } from '../changes/record-change.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { isSuppressed } from '../rules/conditions.ts'
import { suppressions } from '../schema.ts'
import { readSuppression } from './find-suppression.ts'
import { spellingsOf } from './suppression-row.ts'

/** Implements `LiftStore.lift`. The row stays, and so does all else that is stored about the user. */
export function liftHere(
  db: Database,
  address: string,
  { force, source, by = null }: LiftOptions,
): Promise<Suppression | null> {
  return inTransaction(db, async tx => {
    const detail = sql`jsonb_build_object('address', lower(${address}))`
    const change = { type: 'address.lifted', by: source, detail } as const
    await tx.execute(sql`
      with lifted as (
      update ${suppressions} b set lifted_at = greatest(clock_timestamp(), b.since),
        lifted_source = ${source}, lifted_by = ${by}
      where b.address in ${spellingsOf(address)} and ${isSuppressed}
        and (${force}::boolean or b.reason <> 'complained')
      returning b.address
      ) ${insertChange(change, sql`lifted`)}`)
    const left = await readSuppression(tx, address)
    return left?.active ? null : left
  })
}

import { sql } from 'drizzle-orm'
import type { AddOptions, Suppression } from '../../core/recipients/suppression.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { suppressions } from '../schema.ts'
import { readSuppression } from './find-suppression.ts'
import { spellingsOf } from './suppression-row.ts'
import { writeSuppression } from './write-suppression.ts'

/** Implements `Suppressions.add`. The note is written in any case. */
export function addSuppression(
  db: Database,
  address: string,
  options: AddOptions,
): Promise<Suppression> {
  return inTransaction(db, async tx => {
    await writeSuppression(tx, address, options)
    if (options.note) {
      await tx.execute(sql`
        update ${suppressions} set note = ${options.note}
        where address in ${spellingsOf(address)} and note is distinct from ${options.note}`)
    }
    const written = await readSuppression(tx, address)
    if (!written) throw new Error('the suppression was not written')
    return written
  })
}

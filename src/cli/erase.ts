import { counted } from '../core/counted.ts'
import type { Erased, ErasureOptions } from '../core/recipients/erasure.ts'
import { eraseUser } from '../db/recipients/erase-user.ts'
import { resolveUser } from '../db/recipients/resolve-user.ts'
import { EXIT } from './exit.ts'
import { UserNotFoundError } from './invalid-value.ts'
import { createOutput, say } from './output.ts'
import { withDatabase } from './with-database.ts'

/** `erase USER`: removes a person's address and text from all that the service stores. */
export function erase(
  who: string,
  { yes = false, rows = false, suppression = false }: Partial<ErasureOptions> & { yes?: boolean },
): Promise<number> {
  return withDatabase(async db => {
    const userId = await resolveUser(db, who)
    if (!userId) throw new UserNotFoundError('USER', who)
    if (!yes) {
      say(`this cannot be undone: add --yes to erase what is stored of ${userId}`)
      return EXIT.failed
    }
    const erased = await eraseUser(db, userId, { rows, suppression })
    await createOutput().print(...tell(erased, userId))
    return EXIT.ok
  })
}

function tell(erased: Erased, userId: string): string[] {
  return [
    `erased what was stored of ${userId}; the counts stay`,
    `  addresses and subjects   ${counted(erased.deliveries, 'delivery', 'deliveries')}`,
    `  emails as they were sent ${erased.bodies}`,
    `  the provider's words     ${counted(erased.events, 'event')}, ${counted(erased.errors, 'error')}`,
    `  rows of the record       ${erased.rows} deleted`,
    `  suppressions             ${erased.suppressions} deleted`,
  ]
}

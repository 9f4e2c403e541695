import { counted } from '../core/counted.ts'
import type { Erased, ErasureOptions } from '../core/recipients/erasure.ts'
import { eraseUser } from '../db/recipients/erase-user.ts'
import { EXIT } from './exit.ts'
import { createOutput, say } from './output.ts'
import { requireUser } from './require-user.ts'
import { withDatabase } from './with-database.ts'

/** `erase USER`: removes a user's address and text from everything the service stores. */
export function erase(
  who: string,
  {
    yes = false,
    json = false,
    rows = false,
    suppression = false,
  }: Partial<ErasureOptions> & { yes?: boolean; json?: boolean },
): Promise<number> {
  return withDatabase(async db => {
    const userId = await requireUser(db, 'USER', who)
    if (!yes) {
      say(`This cannot be undone: add --yes to erase the data of user ${userId}`)
      return EXIT.failed
    }
    const erased = await eraseUser(db, userId, { rows, suppression })
    const output = createOutput()
    if (json) await output.printJson({ userId, ...erased })
    else await output.print(...formatErasure(erased, userId))
    return EXIT.ok
  })
}

function formatErasure(erased: Erased, userId: string): string[] {
  return [
    `Erased the data of user ${userId}; the counts stay`,
    `  addresses and subjects   ${counted(erased.deliveries, 'delivery', 'deliveries')}`,
    `  email bodies             ${erased.bodies}`,
    `  the provider's texts     ${counted(erased.events, 'event')}, ${counted(erased.errors, 'error')}`,
    `  rows of attempts         ${erased.rows} deleted`,
    `  suppressions             ${erased.suppressions} deleted`,
  ]
}

import type { Config } from '../config/config.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { liftSuppression } from '../core/recipients/lift-suppression.ts'
import type { Suppressions } from '../core/recipients/suppression.ts'
import type { Database } from '../db/client/connect.ts'
import { addSuppression } from '../db/suppressions/add-suppression.ts'
import { findSuppression } from '../db/suppressions/find-suppression.ts'
import { liftHere } from '../db/suppressions/lift-suppression.ts'
import { listSuppressions } from '../db/suppressions/list-suppressions.ts'
import { createProviderLift } from '../resend/suppressions.ts'

/** The suppressions of this database and of the provider account, for the API, pages and commands. */
export function createSuppressions(config: Config, db: Database): Suppressions {
  const liftAtProvider = createProviderLift(
    config.resend && { ...config.resend, secrets: secretsOf(config) },
  )
  const store = {
    find: (address: string) => findSuppression(db, address),
    lift: (...of: [string, Parameters<Suppressions['lift']>[1]]) => liftHere(db, ...of),
  }
  return {
    list: (filter, limit, after) => listSuppressions(db, filter, limit, after),
    add: (address, options) => addSuppression(db, address, options),
    lift: (address, options) => liftSuppression(store, liftAtProvider, address, options),
  }
}

import type { PgBoss } from 'pg-boss'
import { PIN_TRANSACTION } from '../db/client/pinned-settings.ts'

type ExecuteSql = (text: string, values?: unknown[], options?: object) => Promise<Result>
type Result = { rows: unknown[] }
/** pg-boss's own connection, which its types declare only in part. */
interface OwnDb {
  executeSql: ExecuteSql
  withTransaction(work: (tx: { executeSql: ExecuteSql }) => Promise<Result>): Promise<Result>
}

const BEGINS = /^\s*BEGIN\s*;/
/** Not allowed in a transaction. These statements qualify all names with a schema. */
const NO_TRANSACTION = /\bCONCURRENTLY\b/

/**
 * Pins the settings in every transaction of pg-boss. Needed behind a pooler that refuses start-up
 * parameters and shares sessions between clients.
 */
export function pinSettings(boss: PgBoss): void {
  const db = boss.getDb() as unknown as OwnDb
  const send = db.executeSql.bind(db)
  db.executeSql = (text, values, options) => {
    if (BEGINS.test(text)) {
      return send(text.replace(BEGINS, `BEGIN; ${PIN_TRANSACTION}`), values, options)
    }
    if (NO_TRANSACTION.test(text)) return send(text, values, options)
    return db.withTransaction(async tx => {
      await tx.executeSql(PIN_TRANSACTION)
      return tx.executeSql(text, values)
    })
  }
}

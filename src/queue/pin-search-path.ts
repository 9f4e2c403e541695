import type { PgBoss } from 'pg-boss'
import { PIN_TRANSACTION } from '../db/client/search-path.ts'

type ExecuteSql = (text: string, values?: unknown[], options?: object) => Promise<Result>
type Result = { rows: unknown[] }
/** pg-boss's own connection, of which its types show less. */
interface OwnDb {
  executeSql: ExecuteSql
  withTransaction(work: (tx: { executeSql: ExecuteSql }) => Promise<Result>): Promise<Result>
}

const BEGINS = /^\s*BEGIN\s*;/
/** Refused within a transaction; these name everything with its schema. */
const STANDS_ALONE = /\bCONCURRENTLY\b/

/**
 * Pins the search path of every statement of pg-boss, transaction by transaction: for a pooler, which
 * refuses start-up parameters and gives the session to somebody else.
 */
export function pinSearchPath(boss: PgBoss): void {
  const db = boss.getDb() as unknown as OwnDb
  const send = db.executeSql.bind(db)
  db.executeSql = (text, values, options) => {
    if (BEGINS.test(text)) {
      return send(text.replace(BEGINS, `BEGIN; ${PIN_TRANSACTION};`), values, options)
    }
    if (STANDS_ALONE.test(text)) return send(text, values, options)
    return db.withTransaction(async tx => {
      await tx.executeSql(PIN_TRANSACTION)
      return tx.executeSql(text, values)
    })
  }
}

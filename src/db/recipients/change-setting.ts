import type { Setting } from '../../core/recipients/setting.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { readSetting } from './read-setting.ts'
import { setEmailsEnabled } from './set-emails-enabled.ts'

/**
 * Switches a person's emails on or off and resolves to the setting as this call has left it, whoever
 * else changes it at the same time; null where there is no such person. A claim that has begun to
 * write goes on; every later one sees the change.
 */
export function changeSetting(
  db: Database,
  userId: string,
  enabled: boolean,
): Promise<Setting | null> {
  return inTransaction(db, async tx => {
    const isKnown = await setEmailsEnabled(tx, userId, enabled)
    return isKnown ? readSetting(tx, userId) : null
  })
}

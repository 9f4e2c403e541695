import type { Setting, SettingSource } from '../../core/recipients/setting.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { readSetting } from './read-setting.ts'
import { setEmailsEnabled } from './set-emails-enabled.ts'

/**
 * Switches a user's emails on or off and resolves to the setting that this call wrote, despite
 * concurrent changes; null if there is no such user. A claim already being written goes on; later
 * claims see the change.
 */
export function changeSetting(
  db: Database,
  userId: string,
  enabled: boolean,
  by: SettingSource,
): Promise<Setting | null> {
  return inTransaction(db, async tx => {
    const isKnown = await setEmailsEnabled(tx, userId, enabled, by)
    return isKnown ? readSetting(tx, userId) : null
  })
}

import type { Setting } from '../core/recipients/setting.ts'
import { changeSetting } from '../db/recipients/change-setting.ts'
import { readSetting } from '../db/recipients/read-setting.ts'
import { EXIT } from './exit.ts'
import { UserNotFoundError } from './invalid-value.ts'
import { createOutput } from './output.ts'
import { requireUser } from './require-user.ts'
import { withDatabase } from './with-database.ts'

/** `settings USER [on|off]`: shows whether a user gets emails; changes it first if asked to. */
export async function settings(
  who: string,
  state?: 'on' | 'off',
  { json = false }: { json?: boolean } = {},
): Promise<number> {
  const setting = await withDatabase(async db => {
    const userId = await requireUser(db, 'USER', who)
    return state ? changeSetting(db, userId, state === 'on', 'cli') : readSetting(db, userId)
  })
  if (!setting) throw new UserNotFoundError('USER', who)
  const output = createOutput()
  if (json) await output.printJson(setting)
  else await output.print(...formatSetting(setting))
  return EXIT.ok
}

function formatSetting(setting: Setting): string[] {
  const { userId, notificationEmailsEnabled, source, suppressed } = setting
  const state = notificationEmailsEnabled ? 'on' : 'off'
  const why = source === 'default' ? ' (the default; it was never changed)' : ''
  const lines = [`emails are ${state} for user ${userId}${why}`]
  if (suppressed) {
    const since = suppressed.since.toISOString().slice(0, 10)
    lines.push(
      `but nothing is sent: the address is suppressed since ${since} (${suppressed.reason})`,
    )
  }
  return lines
}

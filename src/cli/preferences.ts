import {
  isPauseEnd,
  PAUSE_END,
  type PreferenceChanges,
  type Preferences,
  UNENFORCED,
  unenforcedPreferences,
} from '../core/recipients/preferences.ts'
import { changePreferences } from '../db/recipients/change-preferences.ts'
import { readPreferences } from '../db/recipients/read-preferences.ts'
import { EXIT } from './exit.ts'
import { InvalidValueError, UserNotFoundError } from './invalid-value.ts'
import { createOutput } from './output.ts'
import { readTime } from './read-option.ts'
import { requireUser } from './require-user.ts'
import { withDatabase } from './with-database.ts'

/** `preferences USER [KEY=VALUE…]`: shows when a user wants to be emailed; changes it first if asked to. */
export async function preferences(
  who: string,
  given: string[],
  { json = false }: { json?: boolean },
): Promise<number> {
  const changes = readChanges(given)
  const found = await withDatabase(async db => {
    const userId = await requireUser(db, 'USER', who)
    return given.length > 0
      ? changePreferences(db, userId, changes, 'cli')
      : readPreferences(db, userId)
  })
  if (!found) throw new UserNotFoundError('USER', who)
  const output = createOutput()
  if (json) await output.printJson(found)
  else await output.print(...formatPreferences(found))
  return EXIT.ok
}

function readChanges(given: string[]): PreferenceChanges {
  const changes: PreferenceChanges = {}
  for (const pair of given) {
    const [key = '', ...rest] = pair.split('=')
    const value = rest.join('=')
    if (key === 'pausedUntil') changes.pausedUntil = readPauseEnd(value)
    else refuse(key, value, pair)
  }
  return changes
}

/** Throws, unless it resets a preference that no rule enforces yet. */
function refuse(key: string, value: string, pair: string): void {
  if (!(unenforcedPreferences as readonly string[]).includes(key)) {
    throw new InvalidValueError(`'${pair}': expected pausedUntil=TIME or pausedUntil=null`)
  }
  if (value !== 'null') throw new InvalidValueError(`${key}: '${value}' is not ${UNENFORCED}`)
}

function readPauseEnd(value: string): Date | null {
  if (value === 'null') return null
  const end = readIsoTime(value)
  if (end && isPauseEnd(end)) return end
  throw new InvalidValueError(`pausedUntil: '${value}' is not ${PAUSE_END}`)
}

function readIsoTime(value: string): Date | null {
  try {
    return readTime(value)
  } catch {
    return null
  }
}

function formatPreferences({ userId, pausedUntil, source }: Preferences): string[] {
  const why = source === 'default' ? ' (the default)' : ''
  return [
    pausedUntil
      ? `emails are paused until ${pausedUntil.toISOString()} for user ${userId}`
      : `emails are not paused for user ${userId}${why}`,
  ]
}

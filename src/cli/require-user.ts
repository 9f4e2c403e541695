import { cleanText } from '../core/render/clean-text.ts'
import { isUuid } from '../core/uuid.ts'
import type { Database } from '../db/client/connect.ts'
import { matchUsers } from '../db/recipients/match-users.ts'
import { InvalidValueError, UserNotFoundError } from './invalid-value.ts'

/**
 * Resolves an id, an address or a user name to a user id. An id is not checked, since deleted users
 * leave traces. Throws `InvalidValueError` if no user matches, or more than one: it names them all.
 * @param option the argument or option, as the command's help names it
 */
export async function requireUser(db: Database, option: string, who: string): Promise<string> {
  if (isUuid(who)) return who.toLowerCase()
  const [user, ...others] = await matchUsers(db, who)
  if (!user) throw new UserNotFoundError(option, who)
  if (others.length === 0) return user.userId
  const all = [user, ...others].map(({ userId, name, username, address }) => {
    const [shown, login, to] = [name, username, address].map(text => cleanText(text ?? '', 60))
    return `  ${userId}  ${shown} (${login}), ${to}`
  })
  throw new InvalidValueError(
    `${option}: '${who}' is the address or user name of ${all.length} users; nothing was changed. ` +
      `Use the id of one of them:\n${all.join('\n')}`,
  )
}

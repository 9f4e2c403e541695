import type { Config } from '../config/config.ts'
import { findToken } from '../http/bearer.ts'
import type { Mailbox } from '../local/mailbox/mailbox.ts'
import type { MailboxRoutesOptions } from '../local/mailbox/routes.ts'
import { tokensOf } from './tokens.ts'

export interface LocalMailbox {
  url: string
  /** The page of the newest new_notifications email, or else of the newest email; null if there is none. */
  example(): string | null
}

/** How the workers reach the mailbox of this process. In production it requires a token. */
export function localProvider({ production, apiTokens }: Config, url: string) {
  const apiKey = (production && apiTokens[0]) || 're_local'
  return { apiKey, baseUrl: `${url}/mailbox/api` }
}

/** The page that shows the local mailbox. */
export function showMailbox(mailbox: Mailbox, url: string): LocalMailbox {
  return {
    url,
    example() {
      const emails = mailbox.emails().filter(({ database }) => database === mailbox.database)
      const isNew = (tag: { value: string }) => tag.value === 'new_notifications'
      const email = emails.find(({ tags }) => tags.some(isNew)) ?? emails[0]
      return email ? `${url}/${email.id}` : null
    },
  }
}

/**
 * Restricts the local mailbox to host names of this machine and of PUBLIC_URL. In production it requires a
 * token, because it may contain real emails and be reachable from outside, and takes no faults.
 */
export function mailboxAccess(config: Config): MailboxRoutesOptions {
  const hosts = [new URL(config.publicUrl).hostname]
  const { read, write } = tokensOf(config)
  if (!config.production) {
    const isOperator = async (token: string) => findToken(write, token) !== undefined
    return { hosts, faults: { admits: isOperator } }
  }
  return {
    hosts,
    async admits(token, request) {
      const isReading = request.method === 'GET' || request.method === 'HEAD'
      if (token !== '' && findToken(isReading ? read : write, token) !== undefined) return true
      if (token !== '') await request.server.bearerGuard?.guesses.countWrong(request)
      return false
    },
  }
}

/** Names a database without its credentials. The embedded server may have another port at each start. */
export function nameDatabase(url: string, isEmbedded: boolean): string {
  const { host, pathname } = new URL(url)
  return `${isEmbedded ? 'embedded' : host}${pathname}`
}

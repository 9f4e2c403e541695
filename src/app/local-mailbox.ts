import type { Config } from '../config/config.ts'
import type { Mailbox } from '../local/mailbox/mailbox.ts'

export interface LocalMailbox {
  url: string
  /** The page of the newest email of new notifications, or else of any; null where there is none. */
  example(): string | null
}

/** The mailbox of this process as its workers reach it; in production it opens to a token only. */
export function localProvider({ production, apiTokens }: Config, url: string) {
  const apiKey = (production && apiTokens[0]) || 're_local'
  return { apiKey, baseUrl: `${url}/mailbox/api` }
}

/** Where to look at local mail. */
export function showMailbox(mailbox: Mailbox, url: string): LocalMailbox {
  return {
    url,
    example() {
      const emails = mailbox.emails()
      const isNew = (tag: { value: string }) => tag.value === 'new_notifications'
      const email = emails.find(({ tags }) => tags.some(isNew)) ?? emails[0]
      return email ? `${url}/${email.id}` : null
    },
  }
}

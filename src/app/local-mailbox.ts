import type { Config } from '../config/config.ts'
import type { Mailbox } from '../local/mailbox/mailbox.ts'

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
      const emails = mailbox.emails()
      const isNew = (tag: { value: string }) => tag.value === 'new_notifications'
      const email = emails.find(({ tags }) => tags.some(isNew)) ?? emails[0]
      return email ? `${url}/${email.id}` : null
    },
  }
}

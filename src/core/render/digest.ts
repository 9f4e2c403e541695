import type { EmailType } from '../email-type.ts'
import type { AppLinks, LinkedItem } from './app-links.ts'
import type { HtmlChunks } from './html-chunks.ts'

/** One notification as the host stored it. Every string in it was written by a stranger. */
export interface DigestItem extends LinkedItem {
  title: string
  message: string
  createdAt: Date
}

/** What makes an email look like the host's. Absent: plain. */
export interface Brand {
  /** `#rrggbb`, for the button. */
  color?: string | undefined
  /** An https URL. */
  logoUrl?: string | undefined
  /** In one line or several. */
  postalAddress?: string | undefined
}

/** Everything one email says to one person. */
export interface Digest {
  emailType: EmailType
  recipientName: string
  /** As the host stores it (`de`, `de-AT`); null where it stores none for this person. */
  locale: string | null
  /** The language of who has none, or one that there are no words for. */
  defaultLocale: string
  /** Newest first, at most five. */
  items: DigestItem[]
  /** How many notifications the email stands for; never less than `items.length`. */
  total: number
  /** When the oldest of them was created. */
  oldestAt: Date
  appName: string
  /** Absolute, without a trailing slash. */
  appUrl: string
  links: AppLinks
  brand: Brand
  /** The signed link that asks before it switches emails off. */
  unsubscribeUrl: string
  /** The signed link to the person's own page: what they get, why, and the switch. */
  preferencesUrl: string
}

export interface RenderedEmail {
  subject: string
  html: HtmlChunks
  text: string
}

/** What the core needs of a template engine. Throws when a digest cannot be rendered. */
export interface Renderer {
  render(digest: Digest): RenderedEmail
}

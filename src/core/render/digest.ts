import type { EmailType } from '../email-type.ts'
import type { AppLinks, LinkedItem } from './app-links.ts'
import type { HtmlChunks } from './html-chunks.ts'

/** One notification as the host stores it. All its strings are untrusted. */
export interface DigestItem extends LinkedItem {
  title: string
  message: string
  /** Null if no calendar can show the time that the host stores. */
  createdAt: Date | null
}

/** The host's branding of its emails. */
export interface Brand {
  /** `#rrggbb`, for the button. */
  color?: string | undefined
  /** An https URL. */
  logoUrl?: string | undefined
  /** One line or several. */
  postalAddress?: string | undefined
}

/** The content of one email to one recipient. */
export interface Digest {
  emailType: EmailType
  recipientName: string
  /** As the host stores it (`de`, `de-AT`); null if it stores none for this recipient. */
  locale: string | null
  /** For recipients without a language, or with one that has no translation. */
  defaultLocale: string
  /** Newest first, at most five. */
  items: DigestItem[]
  /** How many notifications the email covers; never less than `items.length`. */
  total: number
  /** When the oldest covered notification was created. */
  oldestAt: Date | null
  appName: string
  /** Absolute, without a trailing slash. */
  appUrl: string
  links: AppLinks
  brand: Brand
  /** Signed link to a page that asks for confirmation before it switches emails off. */
  unsubscribeUrl: string
  /** Signed link to the recipient's preferences page. */
  preferencesUrl: string
}

export interface RenderedEmail {
  subject: string
  html: HtmlChunks
  text: string
}

/** The template engine's interface to the core. Throws if a digest cannot be rendered. */
export interface Renderer {
  render(digest: Digest): RenderedEmail
}

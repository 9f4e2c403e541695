import { english } from './english.ts'
import { german } from './german.ts'
import type { Messages } from './messages.ts'

/** The languages there are, by their tag: what `LOCALE` may name. */
export const languages: Record<string, Messages> = { en: english, de: german }

/**
 * The words for a locale as a host stores it (`de`, `de-AT`, `de_AT.UTF-8`): its language's, or the
 * fallback's where there is no such language or no locale.
 */
export function messagesFor(locale: string | null, fallback: string): Messages {
  const tag = locale
    ?.trim()
    .toLowerCase()
    .split(/[-_.@]/)[0]
  const known = tag && Object.hasOwn(languages, tag) ? languages[tag] : languages[fallback]
  return known ?? english
}

import { english } from './english.ts'
import { german } from './german.ts'
import type { Messages } from './messages.ts'

/** The translations by language tag, as in `LOCALE`. */
export const languages: Record<string, Messages> = { en: english, de: german }

/**
 * Selects the translation for a locale as a host stores it (`de`, `de-AT`, `de_AT.UTF-8`), or the fallback's
 * if there is none.
 */
export function messagesFor(locale: string | null, fallback: string): Messages {
  const tag = locale
    ?.trim()
    .toLowerCase()
    .split(/[-_.@]/)[0]
  const known = tag && Object.hasOwn(languages, tag) ? languages[tag] : languages[fallback]
  return known ?? english
}

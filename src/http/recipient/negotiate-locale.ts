import { languages, messagesFor } from '../../i18n/languages.ts'
import type { Messages } from '../../i18n/messages.ts'

export interface LocalePreferences {
  /** The user's locale, as the host stores it. */
  locale: string | null
  /** The browser's `Accept-Language`. */
  acceptLanguage: string | undefined
  /** `LOCALE`, the service's default. */
  fallback: string
}

/** The messages in the user's language, else the browser's, else the default. */
export function negotiateLocale({
  locale,
  acceptLanguage = '',
  fallback,
}: LocalePreferences): Messages {
  return messagesFor(locale, preferredLanguage(acceptLanguage) ?? fallback)
}

/** The available language with the highest quality in `Accept-Language` (RFC 9110, 12.5.4). */
function preferredLanguage(header: string): string | undefined {
  return header
    .split(',')
    .map(item => {
      const [range = '', ...parameters] = item.split(';').map(part => part.trim())
      const quality = parameters.find(part => /^q=/i.test(part))?.slice(2)
      const tag = range.toLowerCase().split('-')[0] ?? ''
      return { tag, quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ tag, quality }) => quality > 0 && Object.hasOwn(languages, tag))
    .sort((a, b) => b.quality - a.quality)[0]?.tag
}

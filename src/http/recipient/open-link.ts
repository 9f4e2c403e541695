import type { FastifyRequest } from 'fastify'
import type { PreferenceStore, Preferences } from '../../core/recipients/preferences.ts'
import type { RecipientStore, Setting, Settings } from '../../core/recipients/setting.ts'
import type { Messages } from '../../i18n/messages.ts'
import type { LinkPurpose } from './link-token.ts'
import { negotiateLocale } from './negotiate-locale.ts'

export interface TokenRoute {
  Params: { token: string; '*'?: string }
}

/** The recipient that a link names. */
export interface LinkRecipient {
  setting: Setting
  preferences: Preferences
  address: string
  messages: Messages
}

export interface LinkReader {
  /** The user id of a token, or null if the token is not valid for this purpose. */
  verify: (purpose: LinkPurpose, token: string) => string | null
  settings: Settings
  preferences: PreferenceStore
  recipientStore: RecipientStore
  /** The default language. */
  locale: string
}

/** What mail programs and people append to a link in a text; a token may end with `-` or `_`. */
const TRAILING = /[[\s\p{P}\p{S}]--[_\-]]+$/v

/** The route, and the route with a slash that was appended. */
export const tokenPaths = ['/:token', '/:token/*'] as const

/** Resolves a link. `wrong`: the signature is invalid; `gone`: the user no longer exists. */
export async function openLink(
  { verify, settings, preferences, recipientStore, locale }: LinkReader,
  purpose: LinkPurpose,
  request: FastifyRequest<TokenRoute>,
): Promise<LinkRecipient | 'wrong' | 'gone'> {
  const { token, '*': rest = '' } = request.params
  const userId = verify(purpose, `${token}/${rest}`.replace(TRAILING, ''))
  if (!userId) return 'wrong'
  const [setting, preferred, recipient] = await Promise.all([
    settings.find(userId),
    preferences.find(userId),
    recipientStore.find(userId),
  ])
  if (!setting || !preferred || !recipient) return 'gone'
  const acceptLanguage = request.headers['accept-language']
  const messages = negotiateLocale({ locale: recipient.locale, acceptLanguage, fallback: locale })
  return { setting, preferences: preferred, address: recipient.address, messages }
}

import type { FastifyRequest } from 'fastify'
import type { RecipientStore, Setting, Settings } from '../../core/recipients/setting.ts'
import type { Messages } from '../../i18n/messages.ts'
import type { LinkPurpose } from './link-token.ts'
import { negotiateLocale } from './negotiate-locale.ts'

export interface TokenRoute {
  Params: { token: string }
}

/** Whom a link has brought here. */
export interface LinkHolder {
  setting: Setting
  address: string
  words: Messages
}

export interface LinkReader {
  /** The user whom a token names, or null when it is not one of ours for this purpose. */
  verify: (purpose: LinkPurpose, token: string) => string | null
  settings: Settings
  recipientStore: RecipientStore
  /** The language of who has asked for none that there is. */
  locale: string
}

/** What mail programs and people take for a part of the link when they find it in a text. */
const BEHIND = /[\s.>)]+$/

/** A route and the same with a slash behind the token, of which the API's description needs one. */
export const tokenPaths = [
  { url: '/:token', hide: false },
  { url: '/:token/', hide: true },
] as const

/** Changes nothing. `wrong`: nobody has signed this link; `gone`: whom it names is no longer there. */
export async function openLink(
  { verify, settings, recipientStore, locale }: LinkReader,
  purpose: LinkPurpose,
  request: FastifyRequest<TokenRoute>,
): Promise<LinkHolder | 'wrong' | 'gone'> {
  const userId = verify(purpose, request.params.token.replace(BEHIND, ''))
  if (!userId) return 'wrong'
  const [setting, addressee] = await Promise.all([
    settings.find(userId),
    recipientStore.find(userId),
  ])
  if (!setting || !addressee) return 'gone'
  const acceptLanguage = request.headers['accept-language']
  const words = negotiateLocale({ locale: addressee.locale, acceptLanguage, fallback: locale })
  return { setting, address: addressee.address, words }
}

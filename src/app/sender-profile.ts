import type { Config } from '../config/config.ts'
import type { SenderProfile } from '../core/claim/build-batch-request.ts'
import { addressIn } from '../core/email-address.ts'
import { feedbackSender } from '../core/render/mail-headers.ts'
import { type LinkPurpose, signLink } from '../http/recipient/link-token.ts'

/** What all emails of this host have in common, and functions that sign links for a recipient. */
export function createSenderProfile(config: Config): SenderProfile {
  const { appName, appUrl, brand, publicUrl, linkSecrets, deliverTo } = config
  // The reader of a redirected email is not its recipient: its links work for nobody.
  const linkFor = (purpose: LinkPurpose) => (userId: string) =>
    `${publicUrl}/${purpose}/${deliverTo ? 'redirected' : signLink(linkSecrets, purpose, userId)}`
  return {
    from: config.emailFrom,
    replyTo: config.emailReplyTo,
    feedbackSender: feedbackSender(addressIn(config.emailFrom) ?? ''),
    deliverTo,
    appName,
    appUrl,
    links: config.appLinks,
    brand,
    defaultLocale: config.locale,
    unsubscribeUrl: linkFor('unsubscribe'),
    preferencesUrl: linkFor('preferences'),
  }
}

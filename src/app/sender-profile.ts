import type { Config } from '../config/config.ts'
import type { SenderProfile } from '../core/claim/build-batch-request.ts'
import { type LinkPurpose, signLink } from '../http/recipient/link-token.ts'

/** What all emails of this host have in common, and functions that sign links for a recipient. */
export function createSenderProfile(config: Config): SenderProfile {
  const { appName, appUrl, brand, publicUrl, linkSecrets } = config
  const linkFor = (purpose: LinkPurpose) => (userId: string) =>
    `${publicUrl}/${purpose}/${signLink(linkSecrets, purpose, userId)}`
  return {
    from: config.emailFrom,
    appName,
    appUrl,
    links: config.appLinks,
    brand,
    defaultLocale: config.locale,
    unsubscribeUrl: linkFor('unsubscribe'),
    preferencesUrl: linkFor('preferences'),
  }
}

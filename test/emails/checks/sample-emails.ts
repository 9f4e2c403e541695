import type { SenderProfile, WireEmail } from '../../../src/core/claim/build-batch-request.ts'
import { type EmailType, emailTypes } from '../../../src/core/email-type.ts'
import { eptssLinks } from '../../../src/core/render/app-links.ts'
import { createPreviews } from '../../../src/emails/preview/preview.ts'
import { type SampleName, sampleNames } from '../../../src/emails/preview/samples.ts'
import { createRenderer } from '../../../src/emails/renderer.tsx'

/** A fixed time, so that the checks do not depend on the day. */
export const readAt = new Date('2026-11-15T08:00:00Z')

export const LOGO = 'https://eptss.example.com/logo.png'

/** A host that has configured everything. */
const sender: SenderProfile = {
  from: 'EPTSS <hello@eptss.example.com>',
  feedbackSender: 'eptss-5f3a09c1',
  appName: 'EPTSS',
  appUrl: 'https://eptss.example.com',
  links: eptssLinks,
  brand: {
    color: '#2f5d50',
    logoUrl: LOGO,
    postalAddress: 'Everyone Plays the Same Song, 12 Harbour Road, Bristol BS1 4QA',
  },
  defaultLocale: 'en',
  unsubscribeUrl: () => 'https://mail.eptss.example.com/unsubscribe/dG9rZW4.c2ln',
  preferencesUrl: () => 'https://mail.eptss.example.com/preferences/dG9rZW4.c2ln',
}

/** The hosts that an email may link to. */
export const allowedHosts = ['eptss.example.com', 'mail.eptss.example.com']

export interface SampleEmail {
  /** `new_notifications-many` */
  name: string
  type: EmailType
  sample: SampleName
  email: WireEmail
}

const previews = createPreviews({
  loadRenderer: async () => createRenderer(() => readAt),
  sender,
  evaluate: () => Promise.reject(new Error('samples need no user')),
  now: () => readAt,
})

/** Each sample as both email types, rendered like real emails. */
export const sampleEmails: SampleEmail[] = await Promise.all(
  emailTypes.flatMap(type =>
    sampleNames.map(async sample => {
      const found = await previews.preview({ type, sample })
      if (!('email' in found)) throw new Error(`no ${sample}: ${found.notDue}`)
      return { name: `${type}-${sample}`, type, sample, email: found.email }
    }),
  ),
)

import type { ReactElement } from 'react'
import { digestOf, type SenderProfile } from '../../../src/core/claim/build-batch-request.ts'
import type { EmailType } from '../../../src/core/email-type.ts'
import { eptssLinks } from '../../../src/core/render/app-links.ts'
import { sampleUser } from '../../../src/emails/preview/sample.ts'
import { type SampleName, samples } from '../../../src/emails/preview/samples.ts'
import { createPages } from '../../../src/emails/renderer.tsx'

const sender: SenderProfile = {
  from: 'EPTSS <hello@eptss.example.com>',
  feedbackSender: 'eptss-5f3a09c1',
  appName: 'EPTSS',
  appUrl: 'https://eptss.example.com',
  links: eptssLinks,
  brand: { postalAddress: 'Everyone Plays the Same Song, 12 Harbour Road, Bristol BS1 4QA' },
  defaultLocale: 'en',
  unsubscribeUrl: () => 'https://mail.eptss.example.com/unsubscribe/preview',
  preferencesUrl: () => 'https://mail.eptss.example.com/preferences/preview',
}

const renderPage = createPages()

/** A sample email for the preview server. */
export function show(type: EmailType, sample: SampleName): ReactElement {
  return renderPage(digestOf(sender, type, sampleUser(samples[sample], type, new Date())))
}

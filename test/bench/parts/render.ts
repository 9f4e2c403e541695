import { renderToStaticMarkup } from 'react-dom/server'
import { render as reactEmailRender, toPlainText } from 'react-email'
import { digestOf, type SenderProfile } from '../../../src/core/claim/build-batch-request.ts'
import { sampleUser } from '../../../src/emails/preview/sample.ts'
import { samples } from '../../../src/emails/preview/samples.ts'
import { compiled } from '../compiled.ts'
import type { Part } from '../part.ts'
import { measureRates } from '../rounds.ts'

const sender: SenderProfile = {
  from: 'EPTSS <hello@example.com>',
  feedbackSender: 'example.com',
  appName: 'EPTSS',
  appUrl: 'https://example.com',
  links: {},
  brand: {},
  defaultLocale: 'en',
  unsubscribeUrl: () => 'https://mail.example.com/unsubscribe/dG9rZW4.c2ln',
  preferencesUrl: () => 'https://mail.example.com/preferences/dG9rZW4.c2ln',
}

/** Renders an email of five items on one core, compared with react-email's render(). */
export const render: Part = {
  about:
    'emails a second on one core, five items, against react-email’s render() of the same element',
  async run() {
    const { createPages, createRenderer } =
      await compiled<typeof import('../../../src/emails/renderer.tsx')>('emails/renderer.js')
    const digest = digestOf(
      sender,
      'new_notifications',
      sampleUser(samples.many, 'new_notifications', new Date()),
    )
    const renderer = createRenderer()
    const element = createPages()(digest)
    const measures = await measureRates(
      {
        'Tidings: subject, HTML and text': () => String(renderer.render(digest).html),
        'renderToStaticMarkup alone: HTML': () => renderToStaticMarkup(element),
        'react-email render(): HTML': () => reactEmailRender(element),
        'react-email render() and toPlainText(): HTML and text': async () =>
          toPlainText(await reactEmailRender(element)),
      },
      { unit: 'emails/s' },
    )
    const { html, text } = renderer.render(digest)
    return [{ measures, notes: [`${kb(String(html))} KB of HTML, ${kb(text)} KB of text`] }]
  },
}

function kb(part: string): string {
  return (Buffer.byteLength(part) / 1_000).toFixed(1)
}

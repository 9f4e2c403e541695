import { describe, expect, test } from 'vitest'
import { emailTypes } from '../../src/core/email-type.ts'
import { linksInText } from '../support/client-links.ts'
import { render } from '../support/render.ts'
import { digest, item } from '../support/sample-emails.ts'

const withTitle = (title: string) => render(digest({ items: [item({ title })] }))
const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].length
const unsafe =
  /[[\p{Cc}--\n]\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\p{Cs}]/v

const texts: Record<string, string> = {
  markup: '<script>alert(1)</script><!--"\'&',
  'bidi controls': '\u202egnp.exe\u2066x\u061c',
  controls: 'a\0b\x1b]8;;http://x\x07c\x9b31m',
  'line breaks': 'Hello\r\nBcc: victim@mail.example\r\n\r\n<h1>',
  'line separators': 'a\u2028b\u2029c',
  'a word of 5,000 letters': 'w'.repeat(5000),
  'unpaired surrogates': 'a\ud800b\udc00c',
  'tag characters': 'a\u{e0041}\u{e007f}b',
  'stacked accents': `Z${'\u0300\u0316'.repeat(5000)}`,
  '1 MB': 'quite long & "quoted" '.repeat(50_000),
  '1 MB of joined emoji': '👩\u200d'.repeat(350_000),
}

describe.each(emailTypes)('%s', emailType => {
  test.each(Object.entries(texts))('%s in every field is harmless', (_, text) => {
    const items = Array.from({ length: 5 }, (__, id) =>
      item({ id: String(id), title: text, message: text, metadata: text, type: text }),
    )
    const {
      subject,
      html,
      text: plain,
    } = render(digest({ emailType, items, total: 9, recipientName: text, appName: text }))
    for (const part of [subject, html, plain]) expect(part).not.toMatch(unsafe)
    expect(subject).not.toContain('\n')
    expect(graphemes(subject)).toBeLessThanOrEqual(120)
    expect(html).not.toMatch(/<script|<!--"/)
    expect(html.match(/<title>/g)).toHaveLength(1)
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(Buffer.byteLength(html)).toBeLessThan(80_000)
  })
})

test('the largest texts after cleaning stay under 80 KB', () => {
  const heaviest = [
    '"'.repeat(2000),
    `${'👩🏽‍❤️‍💋‍👩🏽'.repeat(500)}`,
    `a${'\u0e49'.repeat(19)}`.repeat(500),
  ]
  for (const text of heaviest) {
    const items = Array.from({ length: 5 }, () => item({ title: text, message: text }))
    const { html } = render(digest({ items, total: 1e9, recipientName: text, appName: text }))
    expect(Buffer.byteLength(html)).toBeLessThan(80_000)
  }
})

test('an emoji sequence is complete in all parts', () => {
  const { subject, html, text } = withTitle('Ana 👩‍👩‍👧‍👦 joined')
  for (const part of [subject, html, text]) expect(part).toContain('Ana 👩‍👩‍👧‍👦 joined')
})

test.each(['Re: hello', 'RE : Fwd: hello', 'Fw: re[2]: hello', 'AW: hello', '\u202eRe:\r\nhello'])(
  'a title never makes the subject look like a reply: %j',
  title => {
    expect(withTitle(title).subject).toBe('New in EPTSS: hello')
    const items = [item({ title }), item()]
    expect(render(digest({ items })).subject).toBe('2 new in EPTSS: hello')
  },
)

test.each(['Hi', '👍👍👍👍👍👍👍👍👍👍👍👍👍', '!!!!!!!!!!!!!!!!', '\u2800Hi\u2800', 'New reply'])(
  'a title that says little does not stand alone in the subject: %j',
  title => {
    const shown = title.replaceAll('\u2800', '')
    const items = [item({ title })]
    expect(withTitle(title).subject).toBe(`New in EPTSS: ${shown}`)
    expect(render(digest({ items, locale: 'de' })).subject).toBe(`Neu bei EPTSS: ${shown}`)
    expect(withTitle('\u2800').subject).toBe('Something new in EPTSS')
  },
)

test('a word that only begins like a reply prefix stays', () => {
  expect(withTitle('Rehearsal: tonight').subject).toBe('Rehearsal: tonight')
  expect(withTitle('Re:').subject).toBe('Something new in EPTSS')
})

test('untrusted text creates no link in either part', () => {
  const link = 'https://evil.com/login'
  const { html, text } = render(
    digest({ recipientName: 'evil.com', items: [item({ title: link, message: `Go to ${link}` })] }),
  )
  expect(html.replace(/<title>.*?<\/title>/, '')).not.toContain('evil.com')
  expect(text).not.toContain('evil.com')
  expect(text.replaceAll('\u2060', '')).toContain('Go to evil.com/login')
})

test('untrusted text that begins like a link creates none', async () => {
  const items = [item({ title: '//evil.example/login', message: 'mailto:x@y' })]
  const links = await linksInText(render(digest({ recipientName: '//evil.example', items })).text)
  expect(links).not.toHaveLength(0)
  for (const link of links) expect(link).toMatch(/^https:\/\/(mail\.)?everyoneplaysthesamesong\./)
})

test('untrusted text stays in its line of the text part', () => {
  const { text } = withTitle('x\n\nUnsubscribe: evil')
  expect(text.match(/^Unsubscribe:/gm)).toHaveLength(1)
  expect(text).toContain('* x Unsubscribe: evil\n')
})

test('right-to-left text is isolated', () => {
  const { html } = render(digest({ recipientName: 'ليلى', items: [item({ title: 'مرحبا' })] }))
  expect(html).toContain('<bdi>ليلى</bdi>')
  expect(html).toContain('<bdi>مرحبا</bdi>')
})

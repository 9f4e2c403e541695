import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { emailTypes } from '../../src/core/email-type.ts'
import { StaticChunk } from '../../src/core/render/html-chunks.ts'
import { compileTemplate } from '../../src/emails/compile-template.ts'
import { createPages } from '../../src/emails/renderer.tsx'
import { render } from '../support/render.ts'
import { digest, item, readAt } from '../support/sample-emails.ts'

test('React renders once for all texts, and the static chunks are shared', () => {
  let renderCount = 0
  const greeting = compileTemplate<{ name: string }, { bold: boolean }>(({ name }, { bold }) => {
    renderCount += 1
    return <p>Hello {bold ? <b>{name}</b> : name}!</p>
  })

  const first = greeting({ name: 'Ann & Bo' }, { bold: true })
  const second = greeting({ name: 'Cem' }, { bold: true })

  expect(first.chunks).toEqual([
    new StaticChunk('<p>Hello <b>'),
    'Ann &amp; Bo',
    new StaticChunk('</b>!</p>'),
  ])
  expect(String(second)).toBe('<p>Hello <b>Cem</b>!</p>')
  expect(second.chunks[0]).toBe(first.chunks[0])
  expect(renderCount).toBe(1)
  expect(String(greeting({ name: 'Cem' }, { bold: false }))).toBe('<p>Hello Cem!</p>')
  expect(renderCount).toBe(2)
})

test('a component can branch on empty texts and places its children', () => {
  const list = compileTemplate<{ title: string; note: string | null }, null>(
    ({ title, note }, _variant, children) => (
      <ul title={title}>
        {note === null ? null : <li>{note}</li>}
        {children}
      </ul>
    ),
  )
  const entry = compileTemplate<{ text: string }, null>(({ text }) => <li>{text}</li>)
  const entries = ['<a>', ''].map(text => entry({ text }, null))

  expect(String(list({ title: '"x"', note: null }, null, entries))).toBe(
    '<ul title="&quot;x&quot;"><li>&lt;a&gt;</li><li></li></ul>',
  )
  expect(String(list({ title: '', note: 'y' }, null))).toBe('<ul title=""><li>y</li></ul>')
})

// Includes the compiler's placeholders and characters that need escaping.
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'<>&"\'\ue000\ue0010children '), maxLength: 20 }),
  fc.constant(''),
)
const items = fc.array(
  fc.record({
    id: fc.uuid(),
    type: fc.constantFrom('comment_received', 'mention_received', 'round_opened', 'constructor'),
    title: text,
    message: text,
    metadata: fc.oneof(text, fc.constant(null)),
  }),
  { minLength: 1, maxLength: 5 },
)
const brand = fc.record(
  {
    color: fc.constantFrom('#2f5d50', '#000000'),
    logoUrl: fc.constant('https://eptss.example.com/logo.png?a="b"&c'),
    postalAddress: text,
  },
  { requiredKeys: [] },
)

test('the HTML of any email is the same, byte by byte, as React renders it', () => {
  const elementOf = createPages(() => readAt)
  const contents = fc.record({
    emailType: fc.constantFrom(...emailTypes),
    recipientName: text,
    locale: fc.constantFrom('en', 'de'),
    items: items.map(all => all.map(item)),
    total: fc.nat(20),
    appName: text,
    brand,
  })
  fc.assert(
    fc.property(contents, content => {
      const email = digest(content)
      expect(render(email).html).toBe(`<!DOCTYPE html>${renderToStaticMarkup(elementOf(email))}`)
    }),
    { numRuns: 300 },
  )
})

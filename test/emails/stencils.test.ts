import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { emailTypes } from '../../src/core/render/digest.ts'
import { createPages } from '../../src/emails/renderer.tsx'
import { render } from './render.ts'
import { digest, item, readAt } from './samples.ts'

const setOn = createPages(() => readAt)

// Also what an email marks its places with, and what escaping could get wrong.
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'<>&"\'\ue000\ue0010inner '), maxLength: 20 }),
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

test('whatever is said, the page is to the byte what React makes of it', () => {
  const anything = fc.record({
    emailType: fc.constantFrom(...emailTypes),
    recipientName: text,
    locale: fc.constantFrom('en', 'de'),
    items: items.map(all => all.map(item)),
    total: fc.nat(20),
    appName: text,
    brand,
  })
  fc.assert(
    fc.property(anything, said => {
      const about = digest(said)
      expect(render(about).html).toBe(`<!DOCTYPE html>${renderToStaticMarkup(setOn(about))}`)
    }),
    { numRuns: 300 },
  )
})

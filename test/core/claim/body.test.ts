import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBodyPool, packBody, unpackBody } from '../../../src/core/claim/body.ts'
import { HtmlChunks, StaticChunk } from '../../../src/core/render/html-chunks.ts'

const beginBody = createBodyPool()

test.each([
  ['nothing', ''],
  ['JSON', JSON.stringify([{ to: ['mara@example.com'], html: '<p>"\\\n\u0000</p>' }])],
  ['every kind of letter', 'é ß 音楽 🎸 👩‍👩‍👧 \u202e \u0000 \r\n'],
  ['a megabyte', 'That bridge! '.repeat(80_000)],
])('a stored request comes back as it was: %s', async (_what, body) => {
  const bytes = Buffer.from(body)
  expect(unpackBody(packBody(bytes))).toEqual(bytes)
})

test.each([
  ['one', ['<p>"é" 音楽 🎸 \ud800</p>']],
  ['several', ['a', 'b', 'c']],
  ['more than there was room for', ['é'.repeat(900_000), 'x'.repeat(3_000_000), 'z']],
])('what is put together is what JSON.stringify makes of it: %s', (_what, texts) => {
  const emails = texts.map(html => ({ html }))
  const body = beginBody()
  for (const email of emails) body.add(email)
  const packed = body.pack()
  expect(packed && String(unpackBody(packed))).toBe(JSON.stringify(emails))
})

test('markup is in it as a string, whatever its pieces are', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 })
  const piece = fc.oneof(
    text,
    fc.string({ unit: fc.constantFrom(...'<"\\\n\u0000\u2028é音🎸'), maxLength: 12 }),
  )
  const pieces = fc.array(
    fc.oneof(
      piece,
      piece.map(fixed => new StaticChunk(fixed)),
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(text, pieces), { minLength: 1, maxLength: 3 }), said => {
      const body = beginBody()
      for (const [subject, pieces] of said) body.add({ subject, html: new HtmlChunks(pieces) })
      const emails = said.map(([subject, pieces]) => ({ subject, html: pieces.join('') }))
      expect(String(unpackBody(body.pack() ?? Buffer.of()))).toBe(JSON.stringify(emails))
    }),
  )
})

test('two that are put together at once do not mix, and one that is given up leaves nothing', () => {
  const [one, other, givenUp] = [beginBody(), beginBody(), beginBody()]
  for (const body of [one, other, givenUp]) body.add({ html: 'first' })
  one.add({ html: 'one' })
  other.add({ html: 'other' })
  const texts = [one, other].map(body => String(unpackBody(body.pack() ?? Buffer.of())))
  expect(texts).toEqual([
    '[{"html":"first"},{"html":"one"}]',
    '[{"html":"first"},{"html":"other"}]',
  ])
  expect(beginBody().pack()).toBeNull()
})

test('a hundred like emails take little room', async () => {
  const emails = Array.from({ length: 100 }, () => ({ html: '<p>Hello</p>'.repeat(99) }))
  const body = Buffer.from(JSON.stringify(emails))
  expect(packBody(body).length).toBeLessThan(body.length / 20)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBodyPool, packBody, unpackBody } from '../../../src/core/claim/body.ts'
import { HtmlChunks, StaticChunk } from '../../../src/core/render/html-chunks.ts'

const beginBody = createBodyPool()

test.each([
  ['nothing', ''],
  ['JSON', JSON.stringify([{ to: ['mara@example.com'], html: '<p>"\\\n\u0000</p>' }])],
  ['all kinds of characters', 'é ß 音楽 🎸 👩‍👩‍👧 \u202e \u0000 \r\n'],
  ['a megabyte', 'That bridge! '.repeat(80_000)],
])('unpacking restores a packed request: %s', async (_what, body) => {
  const bytes = Buffer.from(body)
  expect(unpackBody(packBody(bytes))).toEqual(bytes)
})

test.each([
  ['one', ['<p>"é" 音楽 🎸 \ud800</p>']],
  ['several', ['a', 'b', 'c']],
  ['more than the initial buffer', ['é'.repeat(900_000), 'x'.repeat(3_000_000), 'z']],
])('a body is the same as the output of JSON.stringify: %s', (_what, texts) => {
  const emails = texts.map(html => ({ html }))
  const body = beginBody()
  for (const email of emails) body.add(email)
  const packed = body.pack()
  expect(packed && String(unpackBody(packed))).toBe(JSON.stringify(emails))
})

test('HTML becomes a JSON string, whatever its chunks are', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 })
  const chunk = fc.oneof(
    text,
    fc.string({ unit: fc.constantFrom(...'<"\\\n\u0000\u2028é音🎸'), maxLength: 12 }),
  )
  const chunks = fc.array(
    fc.oneof(
      chunk,
      chunk.map(fixed => new StaticChunk(fixed)),
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(text, chunks), { minLength: 1, maxLength: 3 }), inputs => {
      const body = beginBody()
      for (const [subject, chunks] of inputs) body.add({ subject, html: new HtmlChunks(chunks) })
      const emails = inputs.map(([subject, chunks]) => ({ subject, html: chunks.join('') }))
      expect(String(unpackBody(body.pack() ?? Buffer.of()))).toBe(JSON.stringify(emails))
    }),
  )
})

test('two bodies built at the same time do not mix, and an abandoned one leaves nothing behind', () => {
  const [one, other, abandoned] = [beginBody(), beginBody(), beginBody()]
  for (const body of [one, other, abandoned]) body.add({ html: 'first' })
  one.add({ html: 'one' })
  other.add({ html: 'other' })
  const texts = [one, other].map(body => String(unpackBody(body.pack() ?? Buffer.of())))
  expect(texts).toEqual([
    '[{"html":"first"},{"html":"one"}]',
    '[{"html":"first"},{"html":"other"}]',
  ])
  expect(beginBody().pack()).toBeNull()
})

test('a hundred similar emails take little space', async () => {
  const emails = Array.from({ length: 100 }, () => ({ html: '<p>Hello</p>'.repeat(99) }))
  const body = Buffer.from(JSON.stringify(emails))
  expect(packBody(body).length).toBeLessThan(body.length / 20)
})

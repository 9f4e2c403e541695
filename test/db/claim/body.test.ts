import { expect, test } from 'vitest'
import { packBody, unpackBody } from '../../../src/db/claim/body.ts'

test.each([
  ['nothing', ''],
  ['JSON', JSON.stringify([{ to: ['mara@example.com'], html: '<p>"\\\n\u0000</p>' }])],
  ['every kind of letter', 'é ß 音楽 🎸 👩‍👩‍👧 \u202e \u0000 \r\n'],
  ['a megabyte', 'That bridge! '.repeat(80_000)],
])('a stored request comes back as it was: %s', async (_what, body) => {
  expect(await unpackBody(await packBody(body))).toBe(body)
})

test('a hundred like emails take little room', async () => {
  const body = JSON.stringify(
    Array.from({ length: 100 }, () => ({ html: '<p>Hello</p>'.repeat(99) })),
  )
  expect((await packBody(body)).length).toBeLessThan(body.length / 20)
})

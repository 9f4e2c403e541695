import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskAddresses } from '../../../src/core/errors/mask-addresses.ts'

test.each([
  ['jonas@example.com', 'j…@example.com'],
  ['a@example.com', '…@example.com'],
  [
    'Invalid `to` field: jonas@example.com, mara@b.example',
    'Invalid `to` field: j…@example.com, m…@b.example',
  ],
  ['Jonas <jonas.novak+songs@mail.example.co.uk>', 'Jonas <j…@mail.example.co.uk>'],
  ['mära@müsic.example', 'm…@müsic.example'],
  ['no address @ all', 'no address @ all'],
  ['postgres://user:secret@host/db', 'postgres://user:s…@host/db'],
])('%s', (text, masked) => {
  expect(maskAddresses(text)).toBe(masked)
})

test('no address remains, whatever text surrounds it, and a line of JSON stays valid', () => {
  const odd = fc.string({
    unit: fc.constantFrom('\\', '"', '\u0001', '\n', 'u', '@', '.', '😀', 'a', ' '),
  })
  const part = fc.stringMatching(/^[A-Za-z0-9'.+_-]{1,20}$/)
  fc.assert(
    fc.property(odd, part, part, fc.string(), (before, name, host, after) => {
      const address = `${name}@${host}.example`
      const line = maskAddresses(JSON.stringify({ msg: `${before}${address} ${after}` }))
      expect(line).not.toContain(address)
      expect(Object.keys(JSON.parse(line))).toEqual(['msg'])
    }),
    // A counterexample that was found once.
    { numRuns: 50, examples: [['\\\u0001', '.', "'", '']] },
  )
})

test('a long text without blanks takes linear time', () => {
  const startedAt = performance.now()
  maskAddresses(`${'a'.repeat(2_000_000)} b@c.example`)
  // Quadratic time would take hours.
  expect(performance.now() - startedAt).toBeLessThan(20_000)
})

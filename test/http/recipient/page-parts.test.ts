import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrast } from '../../../src/html/contrast.ts'
import { maskAddress } from '../../../src/http/recipient/mask-address.ts'
import { accentOf } from '../../../src/http/recipient/pages/colours.ts'
import { styleSheet } from '../../../src/http/recipient/pages/style.ts'

test('contrast matches WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  expect(contrast('#ff0000', '#ffffff')).toBeCloseTo(4, 2)
})

test('a button has a contrast of at least 4.5:1 in any brand colour', () => {
  const colour = fc
    .integer({ min: 0, max: 0xffffff })
    .map(value => `#${value.toString(16).padStart(6, '0')}`)
  fc.assert(
    fc.property(fc.option(colour, { nil: undefined }), brandColor => {
      for (const { fill, foreground } of Object.values(accentOf(brandColor))) {
        expect(contrast(fill, foreground)).toBeGreaterThanOrEqual(4.5)
      }
    }),
    { examples: [[undefined], ['#767676'], ['#777777'], ['#ff0000']] },
  )
})

test('the style sheet has no characters that HTML escapes, which would change its hash', () => {
  expect(styleSheet('#ffe14d')).not.toMatch(/[&<>"']/)
})

test.each([
  ['ada.lovelace@mail.example.co.uk', 'a•••@m•••.uk'],
  ['a@b.de', 'a•••@b•••.de'],
  ['🎷sax@münchen.example', '🎷•••@m•••.example'],
  ['"a@b"@c.example', '"•••@c•••.example'],
  ['root@localhost', 'r•••@l•••'],
  ['nobody', 'n•••@•••'],
  ['', '•••@•••'],
])('%s is masked as %s', (address, masked) => {
  expect(maskAddress(address)).toBe(masked)
})

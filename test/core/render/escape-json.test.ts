import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutControls, withoutControlsInLines } from '../../../src/core/render/clean-text.ts'
import { toJson } from '../../../src/core/render/escape-json.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for control characters
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

const odd = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xa0 }).map(code => String.fromCharCode(code)),
    fc.constantFrom(
      '\u202e',
      '\u2066',
      '\u2028',
      '\\',
      '"',
      '\u{e0041}',
      '\ud800',
      '😀',
      '\\u009b',
    ),
  ),
  maxLength: 40,
})

test('JSON contains no control characters and parses to the same value', () => {
  fc.assert(
    fc.property(odd, odd, fc.constantFrom(undefined, 2), (name, text, indent) => {
      const value = { [`a${name}`]: [text, { text }] }
      const json = toJson(value, indent)
      expect(json).not.toMatch(CONTROL)
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('C1 is written as \\u00XX, a character beyond 16 bits as two escapes', () => {
  expect(toJson('a\u009bb\u007f\u{e0041}é')).toBe('"a\\u009bb\\u007f\\udb40\\udc41é"')
})

test('a line keeps its spaces and loses control characters; a text also keeps its line breaks', () => {
  const text = '  a\u001b[2Jb\u009b31mc\td\re\u202ef  '
  expect(withoutControls(`${text}\n\u0085g`)).toBe('  a[2Jb31mc d ef    g')
  expect(withoutControlsInLines(`${text}\r\n\u0007g\n`)).toBe('  a[2Jb31mc\td\nef  \ng\n')
})

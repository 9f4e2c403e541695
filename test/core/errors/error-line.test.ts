import { expect, test } from 'vitest'
import { errorLine } from '../../../src/core/errors/error-line.ts'

test('an error line is the code and the message', () => {
  expect(errorLine('validation_error', 'no such domain')).toBe('validation_error: no such domain')
  expect(errorLine('network', 'Verbindung getrennt 🎸')).toBe('network: Verbindung getrennt 🎸')
})

test.each(['a\0b', '\0', 'half an emoji \ud83c', '\udfb8 the other half'])(
  'characters that cannot be stored are removed: %j',
  message => {
    const line = errorLine('unknown\0', message)
    expect(line).not.toContain('\0')
    expect(line.isWellFormed()).toBe(true)
    expect(line).toMatch(/^unknown: /)
  },
)

test('a long message is truncated between characters', () => {
  const line = errorLine('unknown', '🎸'.repeat(10_000))
  expect(line.length).toBe(1_000)
  expect(line.isWellFormed()).toBe(true)
})

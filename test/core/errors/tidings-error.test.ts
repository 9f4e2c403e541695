import { expect, test } from 'vitest'
import { findTidingsError, TidingsError } from '../../../src/core/errors/tidings-error.ts'

class FullError extends TidingsError {
  override readonly isRetryable = true
}
class FullerError extends FullError {}

test('an error has the name of its class', () => {
  expect(new FullError('x').name).toBe('FullError')
  expect(String(new FullerError('no room'))).toBe('FullerError: no room')
  expect(new FullerError('x')).toBeInstanceOf(Error)
})

test('a TidingsError is found among the causes of an error', () => {
  const full = new FullError('x')
  expect(findTidingsError(new Error('query failed', { cause: full }))).toBe(full)
  expect(findTidingsError(new Error('query failed'))).toBeUndefined()
  expect(findTidingsError('query failed')).toBeUndefined()
})

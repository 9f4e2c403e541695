import { expect, test } from 'vitest'
import { findTidingsError, TidingsError } from '../../../src/core/errors/tidings-error.ts'

class FullError extends TidingsError {
  override readonly isRetryable = true
}
class FullerError extends FullError {}

test('an error carries the name of its own class', () => {
  expect(new FullError('x').name).toBe('FullError')
  expect(String(new FullerError('no room'))).toBe('FullerError: no room')
  expect(new FullerError('x')).toBeInstanceOf(Error)
})

test('an error of ours is found behind what wraps it', () => {
  const full = new FullError('x')
  expect(findTidingsError(new Error('query failed', { cause: full }))).toBe(full)
  expect(findTidingsError(new Error('query failed'))).toBeUndefined()
  expect(findTidingsError('query failed')).toBeUndefined()
})

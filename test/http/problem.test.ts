import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { TidingsError } from '../../src/core/errors/tidings-error.ts'
import { createErrorHandler } from '../../src/http/problem.ts'

class BusyError extends TidingsError {
  override readonly isRetryable = true
}
class BrokenError extends TidingsError {
  override readonly isRetryable = false
}

async function answerTo(error: Error, isUnavailable = false) {
  const server = Fastify()
  server.setErrorHandler(createErrorHandler(() => isUnavailable))
  server.get('/', () => Promise.reject(error))
  const { statusCode, headers, body } = await server.inject('/')
  return { statusCode, headers, body, code: JSON.parse(body).code }
}

test('a retryable error is answered with 503 and Retry-After', async () => {
  const cause = new BusyError('secret detail')
  const { statusCode, headers, body, code } = await answerTo(new Error('query', { cause }))

  expect({ statusCode, code }).toEqual({ statusCode: 503, code: 'unavailable' })
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  expect(body).not.toContain('secret')
})

test('an error that means that the database is unavailable is answered in the same way', async () => {
  const { statusCode, code, body } = await answerTo(new Error('secret detail'), true)

  expect({ statusCode, code }).toEqual({ statusCode: 503, code: 'unavailable' })
  expect(body).not.toContain('secret')
})

test.each([new BrokenError('secret detail'), new TypeError('secret detail')])(
  '%s is answered with 500 and without its message',
  async error => {
    const { statusCode, headers, body, code } = await answerTo(error)

    expect({ statusCode, code }).toEqual({ statusCode: 500, code: 'internal_error' })
    expect(headers).not.toHaveProperty('retry-after')
    expect(body).not.toContain('secret')
  },
)

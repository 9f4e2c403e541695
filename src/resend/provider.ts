import { ReadableStream } from 'node:stream/web'
import { Resend } from 'resend'
import { createScrub, type Scrub } from '../core/errors/scrub-secrets.ts'
import type { Answer, Provider, ProviderLimits } from '../core/provider.ts'

export interface ResendOptions {
  apiKey: string
  /** Another server with Resend's API; absent: Resend. */
  baseUrl?: string | undefined
  /** Further secrets to remove from answers before they reach tables, pages or the log. */
  secrets?: string[]
}

/**
 * Sends through Resend's SDK. Batches use its `fetchRequest`, which sends the stored bytes unchanged;
 * `batch.send` serializes emails itself, so another version of the SDK could change a retried request.
 */
export function createResendProvider({ apiKey, baseUrl, secrets }: ResendOptions): Provider {
  const scrub = createScrub([apiKey, ...(secrets ?? [])])
  const userAgent = 'tidings'
  const resend = new Resend(apiKey, { ...(baseUrl && { baseUrl }), userAgent })
  return {
    async send(idempotencyKey, body, signal) {
      const headers = {
        authorization: `Bearer ${apiKey}`,
        'content-length': String(body.length),
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
        'user-agent': userAgent,
        'x-batch-validation': 'permissive',
      }
      const result = await resend
        .fetchRequest<unknown>('/emails/batch', {
          method: 'POST',
          headers,
          // `fetch` copies bytes three times and keeps them until the answer. It does not copy a stream, and
          // without redirects it does not keep one.
          body: ReadableStream.from([body]),
          duplex: 'half',
          redirect: 'error',
          signal,
        })
        .catch((error: Error) => failedResult(error))
      return scrubAnswer(toAnswer(result, signal), scrub)
    },
    async probe(signal) {
      const result = await resend
        .get<unknown>('/domains', { signal })
        .catch((error: Error) => failedResult(error))
      return provesKey(result)
    },
  }
}

interface SdkResult {
  data: unknown
  error: { name?: unknown; message?: unknown; statusCode?: unknown } | null
  headers: Record<string, string> | null
}

/** The SDK rarely throws, and what it throws proves nothing about the outcome. */
function failedResult(error: Error): SdkResult {
  return { data: null, error: { message: error.message }, headers: null }
}

/**
 * Whether the answer to a read-only call shows that the provider accepts the key. A sending-only key gets an
 * error name of its own. A server without the call (404, 405) has not refused the key either.
 */
export function provesKey({ data, error }: Pick<SdkResult, 'data' | 'error'>): boolean {
  if (!error) return data !== null && data !== undefined
  const { statusCode: status, name } = error
  if (status === 401 && name === 'restricted_api_key') return true
  return status === 404 || status === 405
}

/** Converts the SDK's result and checks its fields. */
export function toAnswer({ data, error, headers }: SdkResult, signal: AbortSignal): Answer {
  const limits = { limits: readLimits(headers) }
  if (error) {
    const { statusCode: status } = error
    const message = String(error.message ?? 'no message')
    // The SDK sets no status without a readable answer: a reset, a timeout, invalid JSON.
    if (typeof status !== 'number') {
      return signal.aborted
        ? { kind: 'no_response', code: 'timeout', message: 'no answer in time' }
        : { kind: 'no_response', code: headers ? 'unknown' : 'network', message }
    }
    const name = typeof error.name === 'string' && error.name ? error.name : 'unknown'
    const retryAfter = readRetryAfter(headers)
    return { ...limits, kind: 'refused', status, name, message, ...(retryAfter && { retryAfter }) }
  }
  const { data: items, errors = [] } = (data ?? {}) as { data?: unknown; errors?: unknown }
  if (!Array.isArray(items) || !Array.isArray(errors)) {
    return {
      ...limits,
      kind: 'no_response',
      code: 'unknown',
      message: 'the answer is not a batch answer',
    }
  }
  return {
    ...limits,
    kind: 'answered',
    ids: items.map(item => (item as { id?: unknown } | null)?.id),
    errors: errors.map(item => {
      const { index, message } = (item ?? {}) as { index?: unknown; message?: unknown }
      return { index: Number(index), message: String(message ?? 'no message') }
    }),
  }
}

/** The answer may contain anything, including what we sent. */
function scrubAnswer(answer: Answer, scrub: Scrub): Answer {
  if (answer.kind === 'answered') {
    const ids = answer.ids.map(id => (typeof id === 'string' ? scrub(id) : id))
    const errors = answer.errors.map(error => ({ ...error, message: scrub(error.message) }))
    return { ...answer, ids, errors }
  }
  const message = scrub(answer.message)
  if (answer.kind === 'no_response') return { ...answer, message }
  return { ...answer, message, name: scrub(answer.name) }
}

/** `ratelimit-limit` is the number of requests in a window, `w=` in `ratelimit-policy` its length. */
function readLimits(headers: Record<string, string> | null): ProviderLimits {
  const limit = readSeconds(headers?.['ratelimit-limit'])
  if (!limit) return {}
  const window = Number(/\bw=(\d+)/.exec(headers?.['ratelimit-policy'] ?? '')?.[1] ?? 1)
  return { requestsPerSecond: limit / (window || 1) }
}

/**
 * `Retry-After` in seconds: a number, or an HTTP date (RFC 9110, 5.6.7). A date counts from the answer's own
 * date, so it does not depend on this machine's clock. Undefined unless it is in the future.
 */
function readRetryAfter(headers: Record<string, string> | null): number | undefined {
  const { 'retry-after': text = '', date = '' } = headers ?? {}
  if (!/^[a-z]{3,9},? /i.test(text)) return readSeconds(text)
  const now = Date.parse(date) || Date.now()
  // The oldest of the three formats has no zone, but is UTC as well.
  const until = Date.parse(/ GMT$/i.test(text) ? text : `${text} GMT`)
  return until > now ? Math.ceil((until - now) / 1000) : undefined
}

/** Undefined unless it is a positive number. */
function readSeconds(text: string | undefined): number | undefined {
  const seconds = Number(text)
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined
}

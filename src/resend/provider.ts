import { ReadableStream } from 'node:stream/web'
import { Resend } from 'resend'
import { createScrub, type Scrub } from '../core/errors/scrub-secrets.ts'
import type { Answer, Provider, ProviderLimits } from '../core/provider.ts'

export interface ResendOptions {
  apiKey: string
  /** Another server that speaks Resend's API; absent: Resend. */
  baseUrl?: string | undefined
  /** Further secrets that an answer must not bring into a table, a page or the log. */
  secrets?: string[]
}

/**
 * Resend through its SDK. Batches go through the SDK's `fetchRequest`, which sends a body as it stands,
 * in the words of the HTTP API: `batch.send` maps names and writes the JSON itself, so another version
 * of the SDK could make other bytes of a frozen body.
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
          // Bytes `fetch` copies three times, and keeps until it is answered; what a stream holds it sends
          // as it is, and only from one that it need not keep for a redirect.
          body: ReadableStream.from([body]),
          duplex: 'half',
          redirect: 'error',
          signal,
        })
        .catch((error: Error) => thrown(error))
      return scrubAnswer(toAnswer(result, signal), scrub)
    },
    async probe(signal) {
      const result = await resend
        .get<unknown>('/domains', { signal })
        .catch((error: Error) => thrown(error))
      return provesKey(result)
    },
  }
}

interface SdkResult {
  data: unknown
  error: { name?: unknown; message?: unknown; statusCode?: unknown } | null
  headers: Record<string, string> | null
}

/** The SDK throws little; whatever it is, nothing is proved by it. */
function thrown(error: Error): SdkResult {
  return { data: null, error: { message: error.message }, headers: null }
}

/**
 * Whether an answer to a call that only reads shows that the key is taken. A key that may only send
 * is refused by its name. A server that does not know the call has nothing against the key; whether
 * it sends, the next request tells.
 */
export function provesKey({ data, error }: Pick<SdkResult, 'data' | 'error'>): boolean {
  if (!error) return data !== null && data !== undefined
  const { statusCode: status, name } = error
  if (status === 401 && name === 'restricted_api_key') return true
  return status === 404 || status === 405
}

/** What the SDK's result says, without believing more of it than was checked. */
export function toAnswer({ data, error, headers }: SdkResult, signal: AbortSignal): Answer {
  const limits = { limits: readLimits(headers) }
  if (error) {
    const { statusCode: status } = error
    const message = String(error.message ?? 'no message')
    // The SDK has no status for what got no readable answer: a reset, a timeout, broken JSON.
    if (typeof status !== 'number') {
      return signal.aborted
        ? { kind: 'silent', code: 'timeout', message: 'no answer in time' }
        : { kind: 'silent', code: headers ? 'unknown' : 'network', message }
    }
    const name = typeof error.name === 'string' && error.name ? error.name : 'unknown'
    const retryAfter = readSeconds(headers?.['retry-after'])
    return { ...limits, kind: 'refused', status, name, message, ...(retryAfter && { retryAfter }) }
  }
  const { data: items, errors = [] } = (data ?? {}) as { data?: unknown; errors?: unknown }
  if (!Array.isArray(items) || !Array.isArray(errors)) {
    return {
      ...limits,
      kind: 'silent',
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

/** Whoever answers may write anything, what we sent as well. */
function scrubAnswer(answer: Answer, scrub: Scrub): Answer {
  if (answer.kind === 'answered') {
    const ids = answer.ids.map(id => (typeof id === 'string' ? scrub(id) : id))
    const errors = answer.errors.map(error => ({ ...error, message: scrub(error.message) }))
    return { ...answer, ids, errors }
  }
  const message = scrub(answer.message)
  if (answer.kind === 'silent') return { ...answer, message }
  return { ...answer, message, name: scrub(answer.name) }
}

/** `ratelimit-limit` requests in a window; the window's length stands in `ratelimit-policy` as `w=`. */
function readLimits(headers: Record<string, string> | null): ProviderLimits {
  const limit = readSeconds(headers?.['ratelimit-limit'])
  if (!limit) return {}
  const window = Number(/\bw=(\d+)/.exec(headers?.['ratelimit-policy'] ?? '')?.[1] ?? 1)
  return { requestsPerSecond: limit / (window || 1) }
}

/** A positive number of seconds, or nothing. */
function readSeconds(text: string | undefined): number | undefined {
  const seconds = Number(text)
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined
}

/** The limits that the provider reports with an answer. */
export interface ProviderLimits {
  /** Requests per second; absent if the answer did not say. */
  requestsPerSecond?: number
}

/** The provider's answer to one request. */
export type Answer = { limits?: ProviderLimits } & (
  | {
      kind: 'answered'
      /** Ids of the accepted emails, in the request's order. */
      ids: unknown[]
      /** The emails that it rejected. */
      errors: { index: number; message: string }[]
    }
  | {
      kind: 'refused'
      status: number
      /** The provider's error name; an open set. */
      name: string
      message: string
      /** Seconds. */
      retryAfter?: number
    }
  | {
      /** No answer, or an unreadable one. */
      kind: 'no_response'
      code: 'network' | 'timeout' | 'unknown'
      message: string
    }
)

export interface Provider {
  /** Sends a stored request unchanged. Does not throw on network errors. */
  send(idempotencyKey: string, body: Uint8Array, signal: AbortSignal): Promise<Answer>
  /** Sends no email. True only if the answer shows that the provider accepts our key again. */
  probe(signal: AbortSignal): Promise<boolean>
}

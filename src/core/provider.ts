/** What the provider told of its limits along with an answer. */
export interface ProviderLimits {
  /** Requests a second, when it was told. */
  requestsPerSecond?: number
}

/** What came back for one request. */
export type Answer = { limits?: ProviderLimits } & (
  | {
      kind: 'answered'
      /** Ids of the accepted emails, in the request's order. */
      ids: unknown[]
      /** The emails it did not take. */
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
      /** No answer, or none that can be read. */
      kind: 'silent'
      code: 'network' | 'timeout' | 'unknown'
      message: string
    }
)

export interface Provider {
  /** Sends one frozen request, byte by byte. Does not throw for what happens on the wire. */
  send(idempotencyKey: string, body: Uint8Array, signal: AbortSignal): Promise<Answer>
  /** Sends nothing. True only where the provider's answer shows that it takes our key again. */
  probe(signal: AbortSignal): Promise<boolean>
}

/** When the next request may leave, or why it may not. */
export type Reservation =
  | {
      kind: 'granted'
      /** Negative if the slot has passed: the answer itself was late. */
      waitMs: number
      /**
       * The first request since a probe succeeded. A probe sends nothing, so it cannot show that
       * sending works: all others wait for the outcome of this request.
       */
      halfOpenTrial?: true
    }
  /** `Infinity` while sending is stopped: nobody knows when it opens. */
  | { kind: 'paused'; forMs: number }

/** The provider's request budget, shared by every process on one database. */
export interface RateLimiter {
  /**
   * Reserves the next slot. Call it with a request that is ready: an unused slot is lost.
   *
   * @param lateMs by how much this process's last request left after its slot
   */
  reserve(lateMs?: number): Promise<Reservation>
  /** 0 while requests may leave; otherwise as `forMs` of a reservation. */
  pausedForMs(): Promise<number>
  /** Stores the rate that the provider reported; a configured rate wins. */
  learn(requestsPerSecond: number): Promise<void>
  /** Lets no request leave for that long; of two pauses the longer one wins. */
  pause(seconds: number, reason: string): Promise<void>
  /** The half-open trial was accepted, so everybody may send again. */
  endHalfOpen(): Promise<void>
}

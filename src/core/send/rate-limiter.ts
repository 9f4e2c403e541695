/** When the next request may be sent, or how long sending is paused. */
export type Reservation =
  | {
      kind: 'granted'
      /** Negative if the slot passed before the reservation returned. */
      waitMs: number
      /**
       * The first request since a probe succeeded. All others wait for its outcome, because a probe sends
       * no email and so does not show that sending works.
       */
      halfOpenTrial?: true
    }
  /** `Infinity` while sending is stopped. */
  | { kind: 'paused'; forMs: number }

/** The provider's request budget, shared by every process on one database. */
export interface RateLimiter {
  /**
   * Reserves the next slot. Call it only when a request is ready: an unused slot is lost.
   *
   * @param lateMs how late this process's last request left after its slot
   */
  reserve(lateMs?: number): Promise<Reservation>
  /** 0 while requests may be sent; otherwise the same value as `forMs` of a reservation. */
  pausedForMs(): Promise<number>
  /** Stores the rate that the provider reported. A configured rate takes precedence. */
  learn(requestsPerSecond: number): Promise<void>
  /** Pauses sending. Of two overlapping pauses, the longer one applies. */
  pause(seconds: number, reason: string): Promise<void>
  /** Ends the half-open state after its request was accepted: all processes may send again. */
  endHalfOpen(): Promise<void>
}

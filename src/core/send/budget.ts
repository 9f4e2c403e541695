/** When the next request may leave, or how long none may. */
export type Slot = { waitMs: number } | { pausedForMs: number }

/** The provider's request budget, shared by every process on one database. */
export interface Budget {
  /** Takes the next free moment. It is used up, whether the request leaves or not. */
  reserve(): Promise<Slot>
  /** Takes over the rate that the provider told; a configured rate wins. */
  learn(requestsPerSecond: number): Promise<void>
  /** Nobody sends before that moment. */
  pause(seconds: number, reason: string): Promise<void>
}

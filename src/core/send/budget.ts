/** When the next request may leave, or why and for how long none may. */
export type Slot = OpenSlot | HeldSlot

export interface OpenSlot {
  waitMs: number
  /** Which moment it is, by the budget's own clock; it is given back by that. */
  moment: number
  /**
   * The first request since a probe opened the lane. A probe sends nothing, so it cannot tell whether
   * sending works: everybody else waits for what becomes of this one.
   */
  trial?: true
}

/** What has become of a moment. */
export interface UsedMoment {
  moment: number
  /** By how many milliseconds its request has left after it; null: none has. */
  lateMs: number | null
}

export interface HeldSlot {
  pausedForMs: number
  /** Nobody can say when the lane opens, so a job that waits for it by the clock would wait wrongly. */
  stopped?: true
}

/** The provider's request budget, shared by every process on one database. */
export interface Budget {
  /**
   * Takes the next free moment that is `inMs` (0 unless told) away at least. It is used up, whether the
   * request leaves or not, until a later call tells otherwise.
   */
  reserve(inMs?: number, told?: UsedMoment[]): Promise<Slot>
  /** Asks once more, after the wait for a moment: somebody may have been refused meanwhile. */
  held(): Promise<HeldSlot | null>
  /** Takes over the rate that the provider told; a configured rate wins. */
  learn(requestsPerSecond: number): Promise<void>
  /** Nobody sends before that moment. */
  pause(seconds: number, reason: string): Promise<void>
  /** Nobody waits for a trial any longer. `proved`: sending works, so the trouble is over. */
  endTrial(proved: boolean): Promise<void>
}

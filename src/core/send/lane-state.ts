import type { Hold } from './lane.ts'

/** How it stands with the way to the provider at this moment. */
export interface LaneState {
  /** Why nothing is sent; null while requests may leave. */
  hold: Hold | null
  /** Since when it is stopped; null while it is not. */
  stoppedAt: Date | null
  /** Requests a second as the provider last told; null until it has. */
  learntRate: number | null
  /** In the last minute: requests that the provider took, and the emails in them. */
  lastMinute: { requests: number; emails: number }
  /** Deliveries whose request is under way or goes again, and those of them without an answer so far. */
  open: number
  unknown: number
}

export interface LaneBoard {
  read(): Promise<LaneState>
  /** Opens it by hand; the reason it was stopped for, or null where it was not. */
  resume(): Promise<string | null>
}

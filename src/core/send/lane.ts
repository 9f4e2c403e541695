/** How a stopped lane opens again: by itself, once a probe succeeds, or only by hand. */
export type StoppedUntil = 'probe' | 'resumed'

/** Why nothing is sent at this moment. */
export interface Hold {
  /** `<code>: <message>` */
  reason: string
  /** When it goes on, or is looked at again; null: not before somebody resumes it. */
  until: Date | null
  /** False: the provider has asked for a pause, as it does in everyday work. */
  stopped: boolean
}

/** What was sent in the circuit breaker's window, and what became of it. */
export interface Reputation {
  accepted: number
  bounced: number
  complained: number
}

/** The same, as it was read. */
export interface ReadReputation extends Reputation {
  /** What was sent before is forgiven; null: nothing is. As the database writes it. */
  countedFrom: string | null
}

/** The way to the provider, for every process on one database: open, or stopped for all of them. */
export interface Lane {
  /**
   * Stops it, unless it is stopped already. A probe goes no sooner than after `probeInMs`. True for
   * the one call that stopped it.
   */
  stop(reason: string, until: StoppedUntil, probeInMs?: number): Promise<boolean>
  /** Stops it for what has become of its mail, unless somebody has resumed it since that was read. */
  stopFor(breach: string, reputation: ReadReputation): Promise<boolean>
  /** Takes the next probe's turn: the reason it is stopped for, to one process; null to the others. */
  takeProbe(): Promise<string | null>
  /** Opens what a probe may open, if it is still stopped for that reason. True for one call. */
  open(reason: string): Promise<boolean>
  /** Null where there is too little to judge by. */
  reputation(): Promise<ReadReputation | null>
}

/** One line each time the lane changes, by whoever changed it. */
export interface LaneLog {
  stopped(line: { reason: string; advice: string }): void
  opened(line: { reason: string }): void
}

/** What somebody who reads the reason can do about it. */
export function adviceOn(until: StoppedUntil): string {
  return until === 'resumed'
    ? 'look into it, then go on with: npm run tidings -- resume'
    : 'mend it at the provider: it is asked at intervals, and sending goes on by itself'
}

/** A hold in words, for people. */
export function tellHold({ reason, until, stopped }: Hold): string {
  if (!stopped) return `waiting: ${reason}`
  return `stopped: ${reason} (${adviceOn(until ? 'probe' : 'resumed')})`
}

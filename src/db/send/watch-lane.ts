import type { Lane } from '../../core/send/lane.ts'
import type { Database } from '../connect.ts'
import { openLane } from './open-lane.ts'
import { readReputation } from './read-reputation.ts'
import { type ProbeTiming, stopLane } from './stop-lane.ts'
import { takeProbe } from './take-probe.ts'

/** The row of one lane behind `Lane`. */
export function watchLane(db: Database, lane: string, timing: ProbeTiming): Lane {
  return {
    stop: (reason, until, probeInMs) => stopLane(db, { ...timing, lane, reason, until, probeInMs }),
    stopFor: (reason, { countedFrom }) =>
      stopLane(db, { ...timing, lane, reason, until: 'resumed', countedFrom }),
    takeProbe: () => takeProbe(db, lane, timing),
    open: reason => openLane(db, lane, reason),
    reputation: () => readReputation(db, lane),
  }
}

import type { Logger } from 'pino'
import type { LaneLog } from '../core/send/lane.ts'
import { isLostConnection } from '../db/lost-connection.ts'

/** The one provider account there is. */
export const LANE = 'resend'

/** Tells, once for each change, whether emails go out. */
export function logLane(logger: Logger): LaneLog {
  return {
    stopped: line => logger.error(line, 'sending is stopped'),
    opened: line => logger.info(line, 'sending goes on'),
  }
}

/** A lost database is told of once, by the connection, and not by everybody who misses it. */
export function levelOf(error: Error): 'debug' | 'error' {
  return isLostConnection(error) ? 'debug' : 'error'
}

import type { Logger } from 'pino'
import type { CircuitLog } from '../core/send/circuit-breaker.ts'
import { isLostConnection } from '../db/client/lost-connection.ts'

/** The only provider account. */
export const ACCOUNT = 'resend'

/** Logs each change between sending and not sending. */
export function logCircuit(logger: Logger): CircuitLog {
  return {
    stopped: line => logger.error(line, 'sending is stopped'),
    opened: line => logger.info(line, 'sending goes on'),
  }
}

/** A lost database is told of once, by the connection, and not by everybody who misses it. */
export function levelOf(error: Error): 'debug' | 'error' {
  return isLostConnection(error) ? 'debug' : 'error'
}

import type { Logger } from 'pino'
import type { CircuitLog } from '../core/send/circuit-breaker.ts'
import { isLostConnection } from '../db/client/lost-connection.ts'

/** The only provider account. */
export const ACCOUNT = 'resend'

export function logCircuit(logger: Logger): CircuitLog {
  return {
    stopped: line => logger.error(line, 'sending stopped'),
    opened: line => logger.info(line, 'sending resumed'),
  }
}

/** The connection itself logs a lost database once, so errors that result from it are logged as `debug`. */
export function levelOf(error: Error): 'debug' | 'error' {
  return isLostConnection(error) ? 'debug' : 'error'
}

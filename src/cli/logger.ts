import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import { maskAddresses } from '../core/privacy/mask-addresses.ts'
import { escapeJson } from '../core/render/escape-json.ts'
import { logForTerminal } from './log-for-terminal.ts'

const REDACTED = [
  'req.headers.authorization',
  '*.apiKey',
  '*.apiTokens',
  '*.cronSecrets',
  '*.readTokens',
]

/** JSON lines, or lines for people where a terminal is listening. Goes to standard error. */
export function createLogger(level: string): Logger {
  const destination = process.stderr.isTTY
    ? logForTerminal(
        pretty({
          destination: 2,
          sync: true,
          ignore: 'pid,hostname',
          translateTime: 'SYS:HH:MM:ss',
        }),
      )
    : pino.destination(2)
  return createLoggerTo(destination, level)
}

/** Masks whole lines, so that no address gets through in whatever field or message it stands. */
export function createLoggerTo(destination: DestinationStream, level: string): Logger {
  return pino(
    { level, redact: REDACTED, hooks: { streamWrite: line => escapeJson(maskAddresses(line)) } },
    destination,
  )
}

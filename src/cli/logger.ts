import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** JSON lines, or lines for people where a terminal is listening. Goes to standard error. */
export function createLogger(level: string): Logger {
  const redact = ['req.headers.authorization', '*.apiKey', '*.apiToken', '*.cronSecret']
  if (!process.stderr.isTTY) return pino({ level, redact }, pino.destination(2))
  return pino(
    { level, redact },
    pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }),
  )
}

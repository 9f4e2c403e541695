import { type Logger, pino } from 'pino'

/** A log line of pino. */
export interface LogLine {
  level: number
  msg: string
  [field: string]: unknown
}

/** Creates a logger that collects its lines. */
export function logTo(lines: LogLine[], level = 'info'): Logger {
  return pino({ level }, { write: (line: string) => void lines.push(JSON.parse(line)) })
}

import { type Logger, pino } from 'pino'

/** A line as pino writes it. */
export interface LogLine {
  level: number
  msg: string
  [field: string]: unknown
}

/** A logger whose lines a test looks through. */
export function logTo(lines: LogLine[], level = 'info'): Logger {
  return pino({ level }, { write: (line: string) => void lines.push(JSON.parse(line)) })
}

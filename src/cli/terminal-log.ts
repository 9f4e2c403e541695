import type { DestinationStream } from 'pino'
import { withoutControls, withoutControlsInLines } from '../core/render/clean-text.ts'

/**
 * Cleans lines of the log before a formatter for people reads them: what JSON had escaped would reach the
 * terminal as it was. Only texts of several lines, such as stacks, keep their line feeds.
 */
export function logForTerminal(formatter: DestinationStream): DestinationStream {
  return { write: line => formatter.write(`${JSON.stringify(JSON.parse(line, clean))}\n`) }
}

function clean(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    // A message with a line feed would look like a line of its own.
    return name === 'msg' ? withoutControls(value) : withoutControlsInLines(value)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [withoutControls(key), inner]),
  )
}

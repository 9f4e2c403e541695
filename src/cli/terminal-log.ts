import type { DestinationStream } from 'pino'
import { withoutControls, withoutControlsInLines } from '../core/render/clean-text.ts'

/**
 * Cleans log lines before they are formatted for a terminal, because the formatter undoes JSON's escapes.
 * Only multi-line texts, such as stacks, keep their line feeds.
 */
export function logForTerminal(formatter: DestinationStream): DestinationStream {
  return { write: line => formatter.write(`${JSON.stringify(JSON.parse(line, clean))}\n`) }
}

function clean(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    // A line feed in a message would start what looks like another log line.
    return name === 'msg' ? withoutControls(value) : withoutControlsInLines(value)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [withoutControls(key), inner]),
  )
}

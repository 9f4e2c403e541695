import { withoutControlsInLines } from '../core/render/clean-text.ts'
import { toJson } from '../core/render/escape-json.ts'
import { cleanLine, createPaint, type Paint, type Painted } from './styles.ts'

/**
 * The output of a command, with backpressure. Every text goes through here, so that no terminal escape in
 * a text of the host, the provider or a recipient reaches a terminal.
 */
export interface Output {
  /** Writes lines; strings are cleaned. */
  print(...lines: (string | Painted)[]): Promise<void>
  /** Writes a text of several lines, cleaned. */
  printText(text: string): Promise<void>
  /** Writes JSON for programs; its control characters are escaped. */
  printJson(value: unknown): Promise<void>
  /** Writes data unchanged; the caller has cleaned it. */
  write(data: string): Promise<void>
  paint: Paint
  /** Aborted when the reader closes the pipe; later writes are dropped. */
  left: AbortSignal
  /** True on a terminal unless NO_COLOR is set. */
  isColoured: boolean
  /** The width of the terminal; undefined for other outputs, where lines may have any length. */
  columns: number | undefined
}

/** For a terminal that does not report its size. */
const DEFAULT_COLUMNS = 80

/** A reader that closes the pipe early, such as `head`, is not an error. */
export function createOutput(stream: NodeJS.WriteStream = process.stdout): Output {
  const left = new AbortController()
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    left.abort()
  })
  const isColoured = stream.isTTY === true && stream.hasColors()
  const write = (data: string) =>
    new Promise<void>(resolve => {
      if (left.signal.aborted) return resolve()
      // The callback is called on errors, too.
      stream.write(data, () => resolve())
    })
  return {
    left: left.signal,
    isColoured,
    columns: stream.isTTY ? stream.columns || DEFAULT_COLUMNS : undefined,
    paint: createPaint(isColoured),
    write,
    print: (...lines) => write(lines.map(line => `${cleanLine(line)}\n`).join('')),
    printText: text => write(`${withoutControlsInLines(text)}\n`),
    printJson: value => write(`${toJson(value, 2)}\n`),
  }
}

/** Prints messages to standard error, cleaned, one line each. */
export function say(...lines: (string | Painted)[]): void {
  console.error(lines.map(cleanLine).join('\n'))
}

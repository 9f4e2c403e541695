import { withoutControlsInLines } from '../core/render/clean-text.ts'
import { toJson } from '../core/render/escape-json.ts'
import { cleanLine, createPaint, type Paint, type Painted } from './styles.ts'

/**
 * Where a command writes, no faster than its reader reads. All that a command says goes through here, so
 * that nothing which others wrote (the host, the provider, a recipient) can steer a terminal.
 */
export interface Output {
  /** Writes lines; strings are cleaned. */
  print(...lines: (string | Painted)[]): Promise<void>
  /** Writes a text of several lines, cleaned. */
  printText(text: string): Promise<void>
  /** Writes JSON for programs; its control characters are escaped. */
  printJson(value: unknown): Promise<void>
  /** Writes data as it is: only what its maker has cleaned. */
  write(data: string): Promise<void>
  paint: Paint
  /** Aborted when the reader has left; what is written after that is dropped. */
  left: AbortSignal
  /** Whether colours are wanted: on a terminal, unless NO_COLOR says otherwise. */
  isColoured: boolean
  /** Characters a line, on a terminal; undefined elsewhere, where lines may have any length. */
  columns: number | undefined
}

/** Where a terminal does not tell its size. */
const USUAL_COLUMNS = 80

/** A reader that leaves, as `head` does, is no fault. */
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
      // The callback comes with an error, too.
      stream.write(data, () => resolve())
    })
  return {
    left: left.signal,
    isColoured,
    columns: stream.isTTY ? stream.columns || USUAL_COLUMNS : undefined,
    paint: createPaint(isColoured),
    write,
    print: (...lines) => write(lines.map(line => `${cleanLine(line)}\n`).join('')),
    printText: text => write(`${withoutControlsInLines(text)}\n`),
    printJson: value => write(`${toJson(value, 2)}\n`),
  }
}

/** Says something beside a command's data: to standard error, one line each, cleaned. */
export function say(...lines: (string | Painted)[]): void {
  console.error(lines.map(cleanLine).join('\n'))
}

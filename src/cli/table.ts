import Table from 'cli-table3'
import stringWidth from 'string-width'
import { withoutControls } from '../core/render/clean-text.ts'
import type { Output } from './output.ts'
import { cleanLine, Painted, type Style } from './styles.ts'
import { cut, wrap } from './wrap.ts'

export interface Column {
  head: string
  /** The head where room is short; its lines stand below one another. */
  shortHead?: string[]
  align?: 'left' | 'right'
  /** What happens to its cells where room is short, and how narrow it may become: 8 columns unless said. */
  gives?: 'cut' | 'wrap'
  least?: number
}

export type Cell = string | { text: string; style: Style }

type TableOutput = Pick<Output, 'columns' | 'isColoured' | 'paint'>

const LEAST = 8

/**
 * A table with a frame, no wider than the terminal; null where that cannot be, so that whoever asks lays
 * its rows out in another way. Off a terminal a table is as wide as it wants.
 */
export function table(columns: Column[], rows: Cell[][], room: TableOutput): Painted[] | null {
  const cells = rows.map(row => row.map(textOf))
  const widest = (heads: string[][]) =>
    columns.map((_, at) =>
      Math.max(...[...(heads[at] ?? []), ...cells.map(row => row[at] ?? '')].map(stringWidth)),
    )
  // A line before each column and one behind the last, and a space on either side of a cell.
  const spare = room.columns ? room.columns - 3 * columns.length - 1 : Number.POSITIVE_INFINITY
  let heads = columns.map(({ head }) => [head])
  let widths = widest(heads)
  if (sum(widths) > spare) {
    heads = columns.map(({ head, shortHead }) => shortHead ?? [head])
    const narrowed = narrow(columns, widest(heads), spare)
    if (!narrowed) return null
    widths = narrowed
  }
  const drawn = new Table({
    head: heads.map(lines => lines.join('\n')),
    colAligns: columns.map(({ align = 'left' }) => align),
    colWidths: widths.map(width => width + 2),
    style: {
      head: room.isColoured ? ['bold'] : [],
      border: room.isColoured ? ['grey'] : [],
      compact: true,
    },
  })
  for (const row of rows) {
    drawn.push(row.map((cell, at) => fill(cell, widths[at] ?? 0, columns[at], room)))
  }
  return drawn
    .toString()
    .split('\n')
    .map(text => new Painted(text))
}

/** What is missing is cut off first, then wrapped, the widest first; null where all have given. */
function narrow(columns: Column[], widths: number[], spare: number): number[] | null {
  const narrowed = [...widths]
  while (sum(narrowed) > spare) {
    const giving = columns
      .map(({ gives, least = LEAST }, at) => ({ at, gives, left: (narrowed[at] ?? 0) - least }))
      .filter(({ gives, left }) => gives && left > 0)
      .sort(
        (a, b) =>
          Number(b.gives === 'cut') - Number(a.gives === 'cut') ||
          (narrowed[b.at] ?? 0) - (narrowed[a.at] ?? 0),
      )[0]
    if (!giving) return null
    narrowed[giving.at] = (narrowed[giving.at] ?? 0) - 1
  }
  return narrowed
}

function fill(
  cell: Cell,
  width: number,
  column: Column | undefined,
  { paint }: TableOutput,
): string {
  const text = textOf(cell)
  const lines = column?.gives === 'wrap' ? wrapCell(text, width) : [cut(text, width)]
  const style = typeof cell === 'string' ? null : cell.style
  return lines.map(line => cleanLine(style ? paint(style, line) : line)).join('\n')
}

/** The lines after the first one are indented, so that they do not look like rows of their own. */
function wrapCell(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text]
  return wrap(text, width - 2).map((line, at) => (at === 0 ? line : `  ${line}`))
}

function textOf(cell: Cell): string {
  return withoutControls(typeof cell === 'string' ? cell : cell.text)
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

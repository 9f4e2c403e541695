import Table from 'cli-table3'
import stringWidth from 'string-width'
import { withoutControls } from '../core/render/clean-text.ts'
import type { Output } from './output.ts'
import { cleanLine, Painted, type Style } from './styles.ts'
import { cut, wrap } from './wrap.ts'

export interface Column {
  head: string
  /** The head for narrow terminals, one entry per line. */
  shortHead?: string[]
  align?: 'left' | 'right'
  /** How the column shrinks on a narrow terminal; `least` is its minimum width, 8 by default. */
  shrink?: 'cut' | 'wrap'
  least?: number
}

export type Cell = string | { text: string; style: Style }

type TableOutput = Pick<Output, 'columns' | 'isColoured' | 'paint'>

const MIN_WIDTH = 8

/**
 * Formats a table with borders. Null if it does not fit the terminal, so that the caller formats the rows
 * in another way; without a terminal the width is unlimited.
 */
export function table(columns: Column[], rows: Cell[][], output: TableOutput): Painted[] | null {
  const cells = rows.map(row => row.map(textOf))
  const widest = (heads: string[][]) =>
    columns.map((_, at) =>
      Math.max(...[...(heads[at] ?? []), ...cells.map(row => row[at] ?? '')].map(stringWidth)),
    )
  // The borders take one character per column and one at the end, the padding two per column.
  const available = output.columns
    ? output.columns - 3 * columns.length - 1
    : Number.POSITIVE_INFINITY
  let heads = columns.map(({ head }) => [head])
  let widths = widest(heads)
  if (sum(widths) > available) {
    heads = columns.map(({ head, shortHead }) => shortHead ?? [head])
    const narrowed = narrow(columns, widest(heads), available)
    if (!narrowed) return null
    widths = narrowed
  }
  const formatted = new Table({
    head: heads.map(lines => lines.join('\n')),
    colAligns: columns.map(({ align = 'left' }) => align),
    colWidths: widths.map(width => width + 2),
    style: {
      head: output.isColoured ? ['bold'] : [],
      border: output.isColoured ? ['grey'] : [],
      compact: true,
    },
  })
  for (const row of rows) {
    formatted.push(row.map((cell, at) => formatCell(cell, widths[at] ?? 0, columns[at], output)))
  }
  return formatted
    .toString()
    .split('\n')
    .map(text => new Painted(text))
}

/** Shrinks columns that may be cut, then those that may wrap, widest first; null if they cannot fit. */
function narrow(columns: Column[], widths: number[], available: number): number[] | null {
  const narrowed = [...widths]
  while (sum(narrowed) > available) {
    const widest = columns
      .map(({ shrink, least = MIN_WIDTH }, at) => ({
        at,
        shrink,
        left: (narrowed[at] ?? 0) - least,
      }))
      .filter(({ shrink, left }) => shrink && left > 0)
      .sort(
        (a, b) =>
          Number(b.shrink === 'cut') - Number(a.shrink === 'cut') ||
          (narrowed[b.at] ?? 0) - (narrowed[a.at] ?? 0),
      )[0]
    if (!widest) return null
    narrowed[widest.at] = (narrowed[widest.at] ?? 0) - 1
  }
  return narrowed
}

function formatCell(
  cell: Cell,
  width: number,
  column: Column | undefined,
  { paint }: TableOutput,
): string {
  const text = textOf(cell)
  const lines = column?.shrink === 'wrap' ? wrapCell(text, width) : [cut(text, width)]
  const style = typeof cell === 'string' ? null : cell.style
  return lines.map(line => cleanLine(style ? paint(style, line) : line)).join('\n')
}

/** Indents the lines after the first, so that they do not read as separate rows. */
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

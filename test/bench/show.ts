import { readFile, writeFile } from 'node:fs/promises'
import Table from 'cli-table3'
import type { Measure, Result } from './part.ts'

/** Formats a result for a terminal. */
export function asTable({ title = '', measures, unlike, notes = [] }: Result): string {
  const table = new Table({
    head: [title, 'median', 'least to most', unlike ? '' : 'relative'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  table.push(...rowsOf(measures, unlike))
  return [table.toString(), ...notes, ''].join('\n')
}

/** Writes a part's results to its place in docs/performance.md, with the command and the machine. */
export async function writeResults(
  part: string,
  results: Result[],
  { command, machine }: { command: string; machine: string },
): Promise<void> {
  const path = new URL('../../docs/performance.md', import.meta.url)
  const text = await readFile(path, 'utf8')
  const [begin, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`]
  if (!text.includes(begin) || !text.includes(end)) {
    throw new Error(`docs/performance.md has no place for ${part}`)
  }
  const day = new Date().toISOString().slice(0, 10)
  const written = [`\`${command}\`, ${day}: ${machine}`, ...results.map(asMarkdown)].join('\n\n')
  const before = text.slice(0, text.indexOf(begin))
  const after = text.slice(text.indexOf(end))
  await writeFile(path, `${before}${begin}\n${written}\n${after}`)
}

function asMarkdown({ title = '', measures, unlike, notes = [] }: Result): string {
  const head = [title, 'median', 'least to most', unlike ? '' : 'relative']
  const rows = rowsOf(measures, unlike).map(cells => `| ${cells.join(' | ')} |`)
  const table = [`| ${head.join(' | ')} |`, '|---|--:|--:|--:|', ...rows].join('\n')
  // A code block, because some notes are columns.
  return notes.length > 0 ? `${table}\n\n\`\`\`\n${notes.join('\n')}\n\`\`\`` : table
}

/** The cells of each measure: name, value, range, and the multiple of the first measure. */
function rowsOf(measures: Measure[], unlike = false): string[][] {
  const [ours] = measures
  return measures.map(({ what, value, unit, range }) => [
    what,
    `${figure(value)} ${unit}`,
    range ? range.map(figure).join(' to ') : '',
    !unlike && ours?.unit === unit ? `× ${(value / ours.value).toPrecision(2)}` : '',
  ])
}

function figure(value: number): string {
  return new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 }).format(value)
}

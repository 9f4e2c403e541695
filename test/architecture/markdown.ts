import { readFileSync } from 'node:fs'

export interface Section {
  /** The heading without its hashes. */
  heading: string
  /** The text from the heading to the next heading of any level. */
  text: string
}

/** Reads a file of this repository. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
}

export function sectionsOf(page: string): Section[] {
  return page.split(/^#{1,6} (?=.)/m).map((part, index) => {
    const [first = '', ...rest] = part.split('\n')
    return index === 0 ? { heading: '', text: part } : { heading: first, text: rest.join('\n') }
  })
}

/** The rows of all tables whose first column has this head, as cells by column head. */
export function rowsOf(text: string, firstColumn: string): Record<string, string>[] {
  const rows: Record<string, string>[] = []
  let heads: string[] | null = null
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) heads = null
    else if (!heads) heads = cellsOf(line)
    else if (heads[0] === firstColumn && !/^\|[\s:|-]+\|$/.test(line)) {
      const cells = cellsOf(line)
      rows.push(Object.fromEntries(heads.map((head, index) => [head, cells[index] ?? ''])))
    }
  }
  return rows
}

/** The texts in backticks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'))
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim())
}

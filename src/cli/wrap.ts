import stringWidth from 'string-width'
import { withoutControls } from '../core/render/clean-text.ts'

// All of these clean what they are given: to measure a control is to count less than stays of it.

/** A word; with `sql` what stands in quotes is one, since a line break in it would be part of it. */
const words = { text: /\S+/g, sql: /(?:'[^']*'|"[^"]*"|[^\s'"]|['"])+/g }

/** Cuts a text into lines of at most `width` columns between words; a longer word is cut itself. */
export function wrap(text: string, width: number, kind: keyof typeof words = 'text'): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of withoutControls(text).match(words[kind]) ?? []) {
    const longer = line === '' ? word : `${line} ${word}`
    if (stringWidth(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (kind === 'text' && stringWidth(line) > width) {
      const head = clip(line, width)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** As `wrap`, behind a beginning of the first line; the other lines are indented as far. No width: one line. */
export function hang(
  start: string,
  text: string,
  width?: number,
  kind?: keyof typeof words,
): string[] {
  const begin = withoutControls(start)
  if (width === undefined) return [begin + withoutControls(text)]
  const indent = stringWidth(begin)
  const [first = '', ...rest] = wrap(text, Math.max(LEAST, width - indent), kind)
  return [begin + first, ...rest.map(more => ' '.repeat(indent) + more)]
}

const LEAST = 20

/** As much of a text as `width` columns hold, with `…` in the place of the rest. */
export function cut(text: string, width: number): string {
  const clean = withoutControls(text)
  return stringWidth(clean) <= width ? clean : `${clip(clean, width - 1).trimEnd()}…`
}

export function padEnd(text: string, width: number): string {
  const clean = withoutControls(text)
  return clean + ' '.repeat(Math.max(0, width - stringWidth(clean)))
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** At least one grapheme, so that whoever goes on with the rest comes to an end. */
function clip(text: string, width: number): string {
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (kept !== '' && stringWidth(kept + segment) > width) break
    kept += segment
  }
  return kept
}

import stringWidth from 'string-width'
import { withoutControls } from '../core/render/clean-text.ts'

// Each function cleans its text first, because control characters would make the width wrong.

/** Matches a word. In SQL a quoted string is one word, since a line break would become part of it. */
const words = { text: /\S+/g, sql: /(?:'[^']*'|"[^"]*"|[^\s'"]|['"])+/g }

/** Wraps a text at word boundaries to `width` columns; longer words are split. */
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

/** Wraps a text after `start`, with a hanging indent. Without a width the result is one line. */
export function hang(
  start: string,
  text: string,
  width?: number,
  kind?: keyof typeof words,
): string[] {
  const prefix = withoutControls(start)
  if (width === undefined) return [prefix + withoutControls(text)]
  const indent = stringWidth(prefix)
  const [first = '', ...rest] = wrap(text, Math.max(MIN_WIDTH, width - indent), kind)
  return [prefix + first, ...rest.map(more => ' '.repeat(indent) + more)]
}

const MIN_WIDTH = 20

/** Truncates a text to `width` columns, with `…` at the end. */
export function cut(text: string, width: number): string {
  const clean = withoutControls(text)
  return stringWidth(clean) <= width ? clean : `${clip(clean, width - 1).trimEnd()}…`
}

export function padEnd(text: string, width: number): string {
  const clean = withoutControls(text)
  return clean + ' '.repeat(Math.max(0, width - stringWidth(clean)))
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Returns at least one grapheme, so that a loop over the rest ends. */
function clip(text: string, width: number): string {
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (kept !== '' && stringWidth(kept + segment) > width) break
    kept += segment
  }
  return kept
}

import type { Attempt } from '../core/audit/audit.ts'
import { type AttemptLabels, HEAD, inWords, styleOf } from './attempt-labels.ts'
import type { Output } from './output.ts'
import { line, type Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { cut, padEnd } from './wrap.ts'

const COLUMNS: (Column & { name: keyof AttemptLabels })[] = [
  { name: 'sentAt', head: HEAD.sentAt },
  { name: 'type', head: HEAD.type },
  { name: 'to', head: HEAD.to, gives: 'cut', least: 25 },
  { name: 'outcome', head: HEAD.outcome },
  { name: 'notifications', head: HEAD.notifications, align: 'right' },
  { name: 'about', head: HEAD.about, gives: 'cut', least: 20 },
]

/** Attempts as a table; where it finds no room, two lines for each. */
export function attemptTable(attempts: Attempt[], output: Output): Painted[] {
  const rows = attempts.map(inWords)
  const cells = rows.map(row =>
    COLUMNS.map(({ name }) => {
      const text = row[name]
      return name === 'outcome' ? { text, style: styleOf(text) } : text
    }),
  )
  return table(COLUMNS, cells, output) ?? [HEAD, ...rows].flatMap(row => inTwoLines(row, output))
}

const WIDTHS = { sentAt: 19, outcome: 21, notifications: 3 }
const GAPS = 6

/** When, to whom and with what outcome; below it what it was. */
export function inTwoLines(words: AttemptLabels, { columns = 80, paint }: Output): Painted[] {
  const rest = columns - WIDTHS.sentAt - WIDTHS.outcome - WIDTHS.notifications - GAPS
  const isHead = words === HEAD
  const sentAt = padEnd(words.sentAt, WIDTHS.sentAt)
  const to = padEnd(cut(words.to, Math.max(12, rest)), rest)
  const outcome = paintOutcome(words, padEnd(words.outcome, WIDTHS.outcome), paint)
  const about = `${words.type}${isHead ? ', ' : ': '}${words.about}`
  const indent = WIDTHS.sentAt + 2
  return [
    line`${sentAt}  ${to}  ${outcome}  ${words.notifications.padStart(WIDTHS.notifications)}`,
    line`${' '.repeat(indent)}${cut(about, Math.max(20, columns - indent))}`,
  ]
}

export function paintOutcome(words: AttemptLabels, text: string, paint: Output['paint']) {
  return words === HEAD ? text : paint(styleOf(words.outcome), text)
}

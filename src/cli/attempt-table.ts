import type { Attempt } from '../core/audit/audit.ts'
import { type AttemptLabels, HEAD, labelsOf, styleOf } from './attempt-labels.ts'
import type { Output } from './output.ts'
import { line, type Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { cut, padEnd } from './wrap.ts'

const COLUMNS: (Column & { name: keyof AttemptLabels })[] = [
  { name: 'sentAt', head: HEAD.sentAt },
  { name: 'type', head: HEAD.type },
  { name: 'to', head: HEAD.to, shrink: 'cut', least: 25 },
  { name: 'outcome', head: HEAD.outcome },
  { name: 'notifications', head: HEAD.notifications, align: 'right' },
  { name: 'about', head: HEAD.about, shrink: 'cut', least: 20 },
]

/** Formats attempts as a table, or as two lines each on a narrow terminal. */
export function attemptTable(attempts: Attempt[], output: Output): Painted[] {
  const rows = attempts.map(labelsOf)
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

/** Formats an attempt as two lines: time, recipient and outcome, then type and subject or error. */
export function inTwoLines(labels: AttemptLabels, { columns = 80, paint }: Output): Painted[] {
  const rest = columns - WIDTHS.sentAt - WIDTHS.outcome - WIDTHS.notifications - GAPS
  const isHead = labels === HEAD
  const sentAt = padEnd(labels.sentAt, WIDTHS.sentAt)
  const to = padEnd(cut(labels.to, Math.max(12, rest)), rest)
  const outcome = paintOutcome(labels, padEnd(labels.outcome, WIDTHS.outcome), paint)
  const about = `${labels.type}${isHead ? ', ' : ': '}${labels.about}`
  const indent = WIDTHS.sentAt + 2
  return [
    line`${sentAt}  ${to}  ${outcome}  ${labels.notifications.padStart(WIDTHS.notifications)}`,
    line`${' '.repeat(indent)}${cut(about, Math.max(20, columns - indent))}`,
  ]
}

export function paintOutcome(labels: AttemptLabels, text: string, paint: Output['paint']) {
  return labels === HEAD ? text : paint(styleOf(labels.outcome), text)
}

import Table from 'cli-table3'
import type { Attempt } from '../core/audit/audit.ts'
import { HEAD, inColour, inWords } from './attempt-words.ts'
import type { Output } from './output.ts'
import { tableLook } from './run-table.ts'

/** Borders and padding: 7 lines and 2 spaces for each of 6 columns. */
const FRAME = 19
const LEAST_ABOUT = 20

/** Attempts as a table, aligned; its last column takes what a terminal leaves of the line. */
export function attemptTable(attempts: Attempt[], output: Output): string {
  const rows = attempts.map(inWords)
  const table = new Table({ head: Object.values(HEAD), ...tableLook() })
  const columns = ['sentAt', 'type', 'to', 'outcome', 'notifications'] as const
  const taken = columns.reduce(
    (sum, name) => sum + Math.max(...[HEAD, ...rows].map(row => row[name].length)),
    FRAME,
  )
  const room = output.columns ? Math.max(LEAST_ABOUT, output.columns - taken) : undefined
  for (const row of rows) {
    const outcome = output.isColoured ? inColour(row.outcome, row.outcome) : row.outcome
    table.push([
      ...[row.sentAt, row.type, row.to, outcome],
      { content: row.notifications, hAlign: 'right' },
      cut(row.about, room),
    ])
  }
  return `${table.toString()}\n`
}

export function cut(text: string, room: number | undefined): string {
  return room && text.length > room ? `${text.slice(0, room - 1)}…` : text
}

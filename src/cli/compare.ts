import { counted } from '../core/counted.ts'
import { emailTypes } from '../core/email-type.ts'
import { inUtc } from '../core/explain/times.ts'
import { cleanText } from '../core/render/clean-text.ts'
import {
  type ComparedUser,
  type Comparison,
  type ComparisonSide,
  sides,
} from '../core/shadow/comparison.ts'
import { compareShadow } from '../db/shadow/compare.ts'
import { EXIT } from './exit.ts'
import { InvalidValueError } from './invalid-value.ts'
import { createOutput, type Output, say } from './output.ts'
import type { Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { withDatabase } from './with-database.ts'
import { cut, hang } from './wrap.ts'

export interface CompareOptions {
  from: Date
  to?: Date
  json?: boolean
}

/** How many users of each type and side the report lists. */
const SHOWN = 20

const sideNames: Record<ComparisonSide, string> = {
  both: 'both',
  onlyOld: 'only the old mailer',
  onlyTidings: 'only Tidings',
}

/** `compare`: compares the emails of the old mailer with those that a shadow run would have sent. */
export function compare({ from, to = new Date(), json = false }: CompareOptions): Promise<number> {
  if (from >= to) throw new InvalidValueError('--from must be a time before --to (default: now)')
  return withDatabase(async (db, { rules }) => {
    const comparison = await compareShadow(db, { from, to, rules, limit: json ? null : SHOWN })
    const output = createOutput()
    if (json) {
      await output.printJson(comparison)
      return EXIT.ok
    }
    await output.print(...formatComparison(comparison, output))
    if (comparison.shadowRuns === 0) {
      say('No shadow run in this period: set SHADOW=true and start a run, or use an earlier --from')
    }
    return EXIT.ok
  })
}

function formatComparison(
  { from, to, shadowRuns, types }: Comparison,
  output: Output,
): (string | Painted)[] {
  const runs = counted(shadowRuns, 'shadow run')
  const lines: (string | Painted)[] = [
    ...hang(
      '',
      `${inUtc(from, to)} to ${inUtc(to, to)}, ${runs}; users emailed by`,
      output.columns,
    ),
    '',
  ]
  const rows = emailTypes.map(type => [type, ...sides.map(side => String(types[type][side].count))])
  const columns = sides.map(side => ({ head: sideNames[side], align: 'right' as const }))
  lines.push(...(table([{ head: '' }, ...columns], rows, output) ?? counts(types)))
  for (const type of emailTypes) {
    for (const side of sides) {
      const { count, people } = types[type][side]
      if (count === 0) continue
      lines.push('', output.paint('bold', `${type}, ${sideNames[side]}: ${count}`))
      lines.push(...usersTable(people, output))
      if (count > people.length) lines.push(`the first ${people.length}; use --json to see all`)
    }
  }
  return lines
}

/** Formats the counts as plain lines, for a terminal too narrow for the table. */
function counts(types: Comparison['types']): string[] {
  return emailTypes.flatMap(type => [
    type,
    ...sides.map(side => `  ${String(types[type][side].count).padStart(6)}  ${sideNames[side]}`),
  ])
}

/** Formats users as a table, or as two lines each on a narrow terminal. */
function usersTable(users: ComparedUser[], output: Output): (string | Painted)[] {
  const isExplained = users.some(({ why }) => why !== null)
  const rows = users.map(({ name, userId, oldEmails, tidingsEmails, why }) => [
    ...[name === null ? '(no such user)' : cleanText(name, 40), userId],
    ...[String(oldEmails), String(tidingsEmails), ...(isExplained ? [why ?? ''] : [])],
  ])
  const columns: Column[] = [
    { head: 'name', shrink: 'cut', least: 16 },
    { head: 'id' },
    { head: 'old', align: 'right' },
    { head: 'Tidings', align: 'right' },
    ...(isExplained ? [{ head: 'why', shrink: 'wrap' as const, least: 30 }] : []),
  ]
  const formatted = table(columns, rows, output)
  if (formatted) return formatted
  return rows.flatMap(([name = '', id = '', old, tidings, why]) => {
    const figures = `old ${old}, Tidings ${tidings}`
    return [
      `${cut(name, Math.max(12, (output.columns ?? 80) - id.length - 2))}  ${id}`,
      ...hang('  ', why ? `${figures}; ${why}` : figures, output.columns),
    ]
  })
}

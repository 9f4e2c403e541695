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

/** People of each type and side that a person is shown. */
const SHOWN = 20

const sideNames: Record<ComparisonSide, string> = {
  both: 'both',
  onlyOld: 'only the old one',
  onlyTidings: 'only Tidings',
}

/** `compare`: what the old mailer has sent beside what Tidings, in shadow, would have. */
export function compare({ from, to = new Date(), json = false }: CompareOptions): Promise<number> {
  if (from >= to)
    throw new InvalidValueError('--from must be a time before --to, which is now by default')
  return withDatabase(async (db, { rules }) => {
    const comparison = await compareShadow(db, { from, to, rules, limit: json ? null : SHOWN })
    const output = createOutput()
    if (json) {
      await output.printJson(comparison)
      return EXIT.ok
    }
    await output.print(...tell(comparison, output))
    if (comparison.shadowRuns === 0) {
      say('no shadow run in this time: set SHADOW=true and start a run, or look further back')
    }
    return EXIT.ok
  })
}

function tell({ from, to, shadowRuns, types }: Comparison, output: Output): (string | Painted)[] {
  const runs = counted(shadowRuns, 'shadow run')
  const lines: (string | Painted)[] = [
    ...hang(
      '',
      `${inUtc(from, to)} to ${inUtc(to, to)}, ${runs}; people mailed by`,
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
      if (count > people.length) lines.push(`the first ${people.length}; all with --json`)
    }
  }
  return lines
}

/** Where not even the table of the figures finds room. */
function counts(types: Comparison['types']): string[] {
  return emailTypes.flatMap(type => [
    type,
    ...sides.map(side => `  ${String(types[type][side].count).padStart(6)}  ${sideNames[side]}`),
  ])
}

/** A table, or two lines for each person where it finds no room. */
function usersTable(people: ComparedUser[], output: Output): (string | Painted)[] {
  const isTold = people.some(({ why }) => why !== null)
  const rows = people.map(({ name, userId, oldEmails, tidingsEmails, why }) => [
    ...[name === null ? '(no such user)' : cleanText(name, 40), userId],
    ...[String(oldEmails), String(tidingsEmails), ...(isTold ? [why ?? ''] : [])],
  ])
  const columns: Column[] = [
    { head: 'name', gives: 'cut', least: 16 },
    { head: 'id' },
    { head: 'old', align: 'right' },
    { head: 'Tidings', align: 'right' },
    ...(isTold ? [{ head: 'why', gives: 'wrap' as const, least: 30 }] : []),
  ]
  const laid = table(columns, rows, output)
  if (laid) return laid
  return rows.flatMap(([name = '', id = '', old, tidings, why]) => {
    const figures = `old ${old}, Tidings ${tidings}`
    return [
      `${cut(name, Math.max(12, (output.columns ?? 80) - id.length - 2))}  ${id}`,
      ...hang('  ', why ? `${figures}; ${why}` : figures, output.columns),
    ]
  })
}

import Table from 'cli-table3'
import { inUtc } from '../core/explain/times.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { emailTypes } from '../core/render/digest.ts'
import {
  type ComparedPerson,
  type Comparison,
  type Side,
  sides,
} from '../core/shadow/comparison.ts'
import { compareShadow } from '../db/shadow/compare.ts'
import { EXIT } from './exit.ts'
import { InvalidValueError } from './invalid-value.ts'
import { openOutput } from './output.ts'
import { tableLook } from './run-table.ts'
import { withDatabase } from './with-database.ts'

export interface CompareOptions {
  from: Date
  to?: Date
  json?: boolean
}

/** People of each type and side that a person is shown. */
const SHOWN = 20

const sideNames: Record<Side, string> = {
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
    const output = openOutput()
    if (json) {
      await output.write(`${JSON.stringify(comparison, null, 2)}\n`)
      return EXIT.ok
    }
    await output.write(tell(comparison))
    if (comparison.shadowRuns === 0) {
      console.error(
        'no shadow run in this time: set SHADOW=true and start a run, or look further back',
      )
    }
    return EXIT.ok
  })
}

function tell({ from, to, shadowRuns, types }: Comparison): string {
  const runs = shadowRuns === 1 ? '1 shadow run' : `${shadowRuns} shadow runs`
  const lines = [`${inUtc(from, to)} to ${inUtc(to, to)}, ${runs}; people mailed by`, '']
  const counts = new Table({
    head: ['', ...sides.map(side => sideNames[side])],
    ...tableLook(),
    colAligns: ['left', ...sides.map(() => 'right' as const)],
  })
  for (const type of emailTypes) {
    counts.push([type, ...sides.map(side => String(types[type][side].count))])
  }
  lines.push(counts.toString())
  for (const type of emailTypes) {
    for (const side of sides) {
      const { count, people } = types[type][side]
      if (count === 0) continue
      lines.push('', `${type}, ${sideNames[side]}: ${count}`, peopleTable(people))
      if (count > people.length) lines.push(`the first ${people.length}; all with --json`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** Names are the host's: nothing in them may steer a terminal. */
function peopleTable(people: ComparedPerson[]): string {
  const isTold = people.some(({ why }) => why !== null)
  const table = new Table({
    head: ['name', 'id', 'old', 'Tidings', ...(isTold ? ['why'] : [])],
    ...tableLook(),
    colAligns: ['left', 'left', 'right', 'right', 'left'],
  })
  for (const { name, userId, oldEmails, tidingsEmails, why } of people) {
    const who = name === null ? '(no such user)' : cleanText(name, 40)
    table.push([
      ...[who, userId, String(oldEmails), String(tidingsEmails)],
      ...(isTold ? [why ?? ''] : []),
    ])
  }
  return table.toString()
}

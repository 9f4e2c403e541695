import { styleText } from 'node:util'
import type { Explanation } from '../core/explain/explanation.ts'
import { inUtc } from '../core/explain/times.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { emailTypes } from '../core/render/digest.ts'
import { reasons } from '../core/scan/reasons.ts'
import { openExplain } from '../db/explain/open-explain.ts'
import { resolvePerson } from '../db/people/resolve-person.ts'
import { EXIT } from './exit.ts'
import { UserNotFoundError } from './invalid-value.ts'
import { openOutput } from './output.ts'
import { withDatabase } from './with-database.ts'

/** `explain USER`: why somebody is mailed at this moment, or not. */
export function explain(who: string, { json = false }: { json?: boolean }): Promise<number> {
  return withDatabase(async (db, config) => {
    const userId = await resolvePerson(db, who)
    const explanation = userId && (await openExplain(db, config.rules).explain(userId))
    if (!explanation) throw new UserNotFoundError('USER', who)
    const output = openOutput()
    await output.write(
      json ? `${JSON.stringify(explanation, null, 2)}\n` : tell(explanation, output.isColoured),
    )
    return EXIT.ok
  })
}

function tell({ userId, name, at, types }: Explanation, isColoured: boolean): string {
  const paint = (style: 'bold' | 'green' | 'red', text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text
  const lines = [`${paint('bold', cleanText(name, 80))}  ${userId}  on ${inUtc(at, at)}`]
  for (const type of emailTypes) {
    const { due, verdict, rules, notificationIds, possibleFrom } = types[type]
    const said = due
      ? paint('green', `due, for ${notificationIds.length} notifications`)
      : `not due: ${reasons[verdict] ?? verdict}`
    lines.push('', `${paint('bold', type)}  ${said}`)
    for (const { rule, holds, text } of rules) {
      const mark = holds ? paint('green', 'yes') : paint('red', ' no')
      lines.push(`  ${mark}  ${rule.padEnd(26)}  ${cleanText(text, 300)}`)
    }
    if (possibleFrom)
      lines.push(`  possible from ${inUtc(possibleFrom, at)} on, if nothing else changes`)
  }
  return `${lines.join('\n')}\n`
}

import stringWidth from 'string-width'
import { counted } from '../core/counted.ts'
import { emailTypes } from '../core/email-type.ts'
import type { Explanation } from '../core/explain/explanation.ts'
import { inUtc } from '../core/explain/times.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { reasons } from '../core/scan/reasons.ts'
import { createExplainStore } from '../db/explain/explain-store.ts'
import { EXIT } from './exit.ts'
import { UserNotFoundError } from './invalid-value.ts'
import { createOutput, type Output } from './output.ts'
import { requireUser } from './require-user.ts'
import { line, type Painted } from './styles.ts'
import { withDatabase } from './with-database.ts'
import { hang } from './wrap.ts'

/** `explain USER`: explains why a user is or is not due for an email. */
export function explain(who: string, { json = false }: { json?: boolean }): Promise<number> {
  return withDatabase(async (db, config) => {
    const userId = await requireUser(db, 'USER', who)
    const explanation = await createExplainStore(db, config.rules).explain(userId)
    if (!explanation) throw new UserNotFoundError('USER', who)
    const output = createOutput()
    if (json) await output.printJson(explanation)
    else await output.print(...formatExplanation(explanation, output))
    return EXIT.ok
  })
}

function formatExplanation(
  { userId, name, at, types, unrecorded }: Explanation,
  output: Output,
): Painted[] {
  const { paint, columns } = output
  const who = paint('bold', cleanText(name, 80))
  const isShort = columns !== undefined && stringWidth(`${who.text}  ${userId}`) + 24 > columns
  const lines = isShort
    ? [line`${who}`, line`${userId}  on ${inUtc(at, at)}`]
    : [line`${who}  ${userId}  on ${inUtc(at, at)}`]
  for (const type of emailTypes) {
    const { due, verdict, rules, notificationIds, possibleFrom } = types[type]
    const summary = due
      ? paint('green', `due, for ${counted(notificationIds.length, 'notification')}`)
      : line`not due: ${reasons[verdict] ?? verdict}`
    lines.push(line``, line`${paint('bold', type)}  ${summary}`)
    for (const { rule, holds, text } of rules) {
      const mark = holds ? paint('green', 'yes') : paint('red', ' no')
      const [first = '', ...rest] = hang(
        `${rule.padEnd(26)}  `,
        cleanText(text, 300),
        columns && columns - 7,
      )
      lines.push(line`  ${mark}  ${first}`, ...rest.map(more => line`       ${more}`))
    }
    if (possibleFrom) {
      const from = `possible from ${inUtc(possibleFrom, at)} on, if nothing else changes`
      lines.push(...hang('  ', from, columns).map(text => line`${text}`))
    }
  }
  for (const { emailType, at: when, isAccepted, error } of unrecorded) {
    const fate = isAccepted ? 'was sent, but' : 'was not sent:'
    const text = `The ${emailType} email of ${inUtc(when, at)} ${fate} its row could not be written: ${error}`
    lines.push(
      line``,
      ...hang('', cleanText(text, 400), columns).map(of => line`${paint('red', of)}`),
    )
  }
  return lines
}

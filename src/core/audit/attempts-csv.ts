import { stringify } from 'csv-stringify/sync'
import { withoutControlsInLines } from '../render/clean-text.ts'
import type { Attempt } from './audit.ts'

const columns = [
  'id',
  'userId',
  'emailType',
  'sentAt',
  'outcome',
  'errorMessage',
  'notificationIds',
  'deliveryId',
  'attempt',
  'runId',
  'address',
  'providerId',
  'progress',
  'subject',
  'sentTo',
]

/**
 * Attempts as rows of CSV (RFC 4180, UTF-8), for spreadsheets: what comes `first` begins with a byte
 * order mark, without which Excel takes it for Windows-1252, and with the names of the columns.
 *
 * Strangers wrote some of it, so no cell can be a formula: one that begins like a formula gets an
 * apostrophe before it. So does one behind a separator inside of a cell, because a spreadsheet that
 * splits at semicolons or tabs would make a cell of its own of it. Quotes do not hide one: behind a
 * separator, `"=1` reads as an empty text and a formula. Control characters are left out; JSON has them.
 */
export function attemptsToCsv(attempts: Attempt[], { first }: { first: boolean }): string {
  return stringify(attempts.map(toRecord), {
    columns,
    header: first,
    bom: first,
    escape_formulas: true,
    cast: { string: text => clip(withoutControlsInLines(text).replace(SPLIT_FORMULA, "$1'")) },
  })
}

/** What spreadsheets take for the beginning of a formula, full-width forms among it. */
const SPLIT_FORMULA = /(^[\s"]+|[;,|\t\r\n][\s"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g

/** Excel cuts off a longer cell, and what is behind it may land in others. */
const LONGEST_CELL = 32_767

function clip(text: string): string {
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text
}

/** All ids, or how many they are and as many of the first as fit; NDJSON has all of them. */
function listIds(ids: string[]): string {
  const all = ids.join(' ')
  if (all.length <= LONGEST_CELL) return all
  const heading = `${ids.length} ids (NDJSON has all):`
  const cut = all.slice(0, LONGEST_CELL - heading.length)
  return `${heading} ${cut.slice(0, cut.lastIndexOf(' '))}`
}

function toRecord({ notificationIds, delivery, ...attempt }: Attempt) {
  const { id: deliveryId, ...rest } = delivery ?? {}
  return {
    ...attempt,
    ...rest,
    sentAt: attempt.sentAt.toISOString(),
    notificationIds: listIds(notificationIds),
    deliveryId,
  }
}

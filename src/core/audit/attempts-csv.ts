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
 * Formats attempts as CSV (RFC 4180, UTF-8) for spreadsheets. Some texts are untrusted, so formulas are
 * escaped with an apostrophe and control characters are removed.
 *
 * @param first also writes the column names and a byte order mark, without which Excel assumes Windows-1252
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

/**
 * The start of a formula, also after a separator inside a cell: spreadsheets that split at semicolons or
 * tabs would see a cell there, even after a quote. Includes full-width signs.
 */
const SPLIT_FORMULA = /(^[\s"]+|[;,|\t\r\n][\s"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g

/** Excel truncates a longer cell, and the rest may end up in other cells. */
const MAX_CELL_LENGTH = 32_767

function clip(text: string): string {
  return text.length > MAX_CELL_LENGTH ? `${text.slice(0, MAX_CELL_LENGTH - 1)}…` : text
}

/** All ids; if they do not fit, their number and the first ones. NDJSON has all of them. */
function listIds(ids: string[]): string {
  const all = ids.join(' ')
  if (all.length <= MAX_CELL_LENGTH) return all
  const heading = `${ids.length} ids (NDJSON has all):`
  const cut = all.slice(0, MAX_CELL_LENGTH - heading.length)
  return `${heading} ${cut.slice(0, cut.lastIndexOf(' '))}`
}

function toRecord({ notificationIds, delivery, ...attempt }: Attempt) {
  const { id: deliveryId, ...rest } = delivery ?? {}
  return {
    ...attempt,
    ...rest,
    sentAt: attempt.sentAt?.toISOString(),
    notificationIds: listIds(notificationIds),
    deliveryId,
  }
}

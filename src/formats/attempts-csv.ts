import { stringify } from 'csv-stringify/sync'
import type { Attempt } from '../core/audit/audit.ts'
import { withoutControlsInLines } from '../core/render/clean-text.ts'

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
]

/**
 * Attempts as rows of CSV (RFC 4180, UTF-8), for spreadsheets: what comes `first` begins with a byte
 * order mark, without which Excel takes it for Windows-1252, and with the names of the columns.
 *
 * Strangers wrote some of it, so no cell can be a formula: one that begins like a formula gets an
 * apostrophe before it. So does one behind a separator inside of a cell, because a spreadsheet that
 * splits at semicolons or tabs would make a cell of its own of it. CSV cannot escape what would steer a
 * terminal, so controls are left out; JSON has them.
 */
export function attemptsToCsv(attempts: Attempt[], { first }: { first: boolean }): string {
  return stringify(attempts.map(toRecord), {
    columns,
    header: first,
    bom: first,
    escape_formulas: true,
    cast: { string: text => withoutControlsInLines(text).replace(SPLIT_FORMULA, "$1'") },
  })
}

/** What spreadsheets take for the beginning of a formula, full-width forms among it. */
const SPLIT_FORMULA = /(^\s+|[;,|\t\r\n]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g

function toRecord({ notificationIds, delivery, ...attempt }: Attempt) {
  const { id: deliveryId, ...rest } = delivery ?? {}
  return {
    ...attempt,
    ...rest,
    sentAt: attempt.sentAt.toISOString(),
    notificationIds: notificationIds.join(' '),
    deliveryId,
  }
}

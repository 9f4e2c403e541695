import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { attemptsToCsv } from '../../../src/core/audit/attempts-csv.ts'
import { attemptsToNdjson } from '../../../src/core/audit/attempts-ndjson.ts'
import type { Attempt } from '../../../src/core/audit/audit.ts'

const attempt = (errorMessage: string | null, subject: string | null = null): Attempt => ({
  id: 'a1',
  userId: 'u1',
  emailType: 'new_notifications',
  sentAt: new Date('2031-01-02T03:04:05.678Z'),
  notificationIds: ['n1', 'n2'],
  notificationCount: 2,
  success: errorMessage === null,
  errorMessage,
  outcome: errorMessage === null ? 'accepted' : 'failed',
  delivery: {
    id: 'd1',
    attempt: 2,
    runId: 'r1',
    address: 'ada@example.com',
    sentTo: null,
    providerId: null,
    progress: 'delivered',
    subject,
  },
})

/** The error cell of a CSV row, without the quotes of the format. */
function errorCell(message: string): string | undefined {
  const row = attemptsToCsv([attempt(message)], { first: false })
  const cell = /^a1,u1,new_notifications,[^,]+,failed,("(?:[^"]|"")*"|[^,]*),n1 n2,/.exec(row)?.[1]
  return cell?.replace(/^"|"$/g, '').replaceAll('""', '"')
}

test('the first part has a byte order mark and column names; the others have only rows', () => {
  const first = attemptsToCsv([attempt(null, 'Größe; neu')], { first: true })
  expect(first).toBe(
    '\ufeffid,userId,emailType,sentAt,outcome,errorMessage,notificationIds,deliveryId,attempt,' +
      'runId,address,providerId,progress,subject,sentTo\n' +
      'a1,u1,new_notifications,2031-01-02T03:04:05.678Z,accepted,,n1 n2,d1,2,r1,' +
      'ada@example.com,,delivered,Größe; neu,\n',
  )
  expect(attemptsToCsv([{ ...attempt(null), delivery: null }], { first: false })).toBe(
    'a1,u1,new_notifications,2031-01-02T03:04:05.678Z,accepted,,n1 n2,,,,,,,,\n',
  )
  expect(attemptsToCsv([], { first: false })).toBe('')
})

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t'=1"],
  ['\r=1', "\n'=1"],
  ['\n=1', "\n'=1"],
  ['  =1', "  '=1"],
  ['＝1', "'＝1"],
  ['=HYPERLINK("http://x";"y")', '\'=HYPERLINK("http://x";"y")'],
  ['x;=1+1', "x;'=1+1"],
  ['x; @SUM(A1)', "x; '@SUM(A1)"],
  ['x\t-1', "x\t'-1"],
  ['x,+1', "x,'+1"],
  ['x\n=1', "x\n'=1"],
  ['x;"=1+1', 'x;"\'=1+1'],
  ['x; ""@SUM(A1)', 'x; ""\'@SUM(A1)'],
  ['"=1', '"\'=1'],
  ['x\t"-1', 'x\t"\'-1'],
  ['network: a=b, c-d@e', 'network: a=b, c-d@e'],
  ['', ''],
])(
  'no cell is a formula, and no part that a spreadsheet may split off is one: %j',
  (text, cell) => {
    expect(errorCell(text)).toBe(cell)
  },
)

test('CSV omits control characters, because it cannot escape them; NDJSON escapes them', () => {
  const hostile = attempt('a\u001b[2Jb\u009b31mc\u202ed\re')
  expect(errorCell('a\u001b[2Jb\u009b31mc\u202ed\re')).toBe('a[2Jb31mcd\ne')
  const line = attemptsToNdjson([hostile])
  expect(line).toContain('a\\u001b[2Jb\\u009b31mc\\u202ed\\re')
  expect(JSON.parse(line).errorMessage).toBe(hostile.errorMessage)
})

test('NDJSON: each attempt is one line, whatever it contains', () => {
  const odd = attempt('a\nb\r\u2028c')
  const lines = attemptsToNdjson([odd, attempt(null)]).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[2]).toBe('')
  expect(JSON.parse(lines[0] ?? '')).toEqual({ ...odd, sentAt: odd.sentAt?.toISOString() })
})

test('no cell is longer than Excel allows: a long list of ids is cut and starts with their number', () => {
  const ids = Array.from({ length: 2_000 }, () => randomUUID())
  const many = { ...attempt('x'.repeat(40_000)), notificationIds: ids }
  const row = attemptsToCsv([many], { first: false }).trim().split(',')
  expect(row).toHaveLength(15)
  for (const cell of row) expect(cell.length).toBeLessThanOrEqual(32_767)
  const [heading, first = ''] = (row[6] ?? '').split(': ')
  expect(heading).toBe('2000 ids (NDJSON has all)')
  const listed = first.split(' ')
  expect(listed.length).toBeGreaterThan(850)
  expect(listed).toEqual(ids.slice(0, listed.length))
  expect(JSON.parse(attemptsToNdjson([many])).notificationIds).toEqual(ids)
})

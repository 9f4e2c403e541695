import { attemptsToCsv } from '../core/audit/attempts-csv.ts'
import type { Attempt, AttemptFilter, Audit } from '../core/audit/audit.ts'
import type { EmailType } from '../core/email-type.ts'
import type { Progress } from '../core/events/progress.ts'
import { toJson } from '../core/render/escape-json.ts'
import { createAuditStore } from '../db/audit/audit-store.ts'
import type { Database } from '../db/client/connect.ts'
import { readUserData } from '../db/recipients/read-user-data.ts'
import { attemptTable } from './attempt-table.ts'
import { EXIT } from './exit.ts'
import { InvalidValueError } from './invalid-value.ts'
import { createOutput, type Output, say } from './output.ts'
import { requireUser } from './require-user.ts'
import { watchAttempts } from './watch-attempts.ts'
import { withDatabase } from './with-database.ts'

export interface AuditOptions {
  user?: string
  type?: EmailType
  success?: true
  failed?: true
  progress?: Progress
  from?: Date
  to?: Date
  notification?: string
  error?: string
  run?: string
  limit?: number
  format: 'table' | 'json' | 'csv'
  watch?: true
}

/** The default limit of a table; JSON and CSV have none. */
const TABLE_ROWS = 50

/** `audit`: lists attempts, newest first; with `--watch` it keeps printing new ones. */
export function audit(options: AuditOptions): Promise<number> {
  return withDatabase(async db => {
    const filter = await readFilter(db, options)
    const audit = createAuditStore(db)
    const output = createOutput()
    if (options.watch) await watchAttempts(audit, filter, options.format, output)
    else if (options.format === 'table') await printTable(audit, filter, options.limit, output)
    else if (options.format === 'csv') await printCsv(audit, filter, options.limit, output)
    else if (filter.userId) await printUser(db, audit, filter, options.limit, output)
    else await printJson(audit, filter, options.limit, output)
    return EXIT.ok
  })
}

async function readFilter(db: Database, options: AuditOptions): Promise<AttemptFilter> {
  const { user, type, progress, from, to, notification, error, run } = options
  const userId = user === undefined ? undefined : await requireUser(db, '--user', user)
  if (from && to && from >= to) throw new InvalidValueError('--from must be a time before --to')
  return {
    ...(userId && { userId }),
    ...(type && { type }),
    ...((options.success || options.failed) && { success: options.success === true }),
    ...(progress && { progress }),
    ...(from && { from }),
    ...(to && { to }),
    ...(notification && { notificationId: notification }),
    ...(error && { error }),
    ...(run && { runId: run }),
  }
}

async function printTable(
  audit: Audit,
  filter: AttemptFilter,
  limit = TABLE_ROWS,
  output: Output,
): Promise<void> {
  const rows: Attempt[] = []
  for await (const page of pages(audit, filter, limit + 1, output)) rows.push(...page)
  if (rows.length === 0) return say('No matching attempts')
  await output.print(...attemptTable(rows.slice(0, limit), output))
  if (rows.length > limit) say(`Showing the newest ${limit}; use --limit to see more`)
}

async function printCsv(
  audit: Audit,
  filter: AttemptFilter,
  limit: number | undefined,
  output: Output,
): Promise<void> {
  await output.write(attemptsToCsv([], { first: true }))
  for await (const page of pages(audit, filter, limit, output)) {
    await output.write(attemptsToCsv(page, { first: false }))
  }
}

/** Streams one JSON array, page by page. */
async function printJson(
  audit: Audit,
  filter: AttemptFilter,
  limit: number | undefined,
  output: Output,
): Promise<void> {
  let before = '[\n'
  for await (const page of pages(audit, filter, limit, output)) {
    await output.write(before + page.map(attempt => toJson(attempt)).join(',\n'))
    before = ',\n'
  }
  await output.write(before === '[\n' ? '[]\n' : '\n]\n')
}

/** Prints everything stored about one user, for a data access request. */
async function printUser(
  db: Database,
  audit: Audit,
  filter: AttemptFilter,
  limit: number | undefined,
  output: Output,
): Promise<void> {
  const attempts: Attempt[] = []
  for await (const page of pages(audit, filter, limit, output)) attempts.push(...page)
  const user = await readUserData(db, filter.userId ?? '')
  await output.printJson({ ...user, attempts })
}

async function* pages(
  audit: Audit,
  filter: AttemptFilter,
  limit: number | undefined,
  { left }: Output,
): AsyncGenerator<Attempt[]> {
  let remaining = limit ?? Number.POSITIVE_INFINITY
  for await (const page of audit.stream(filter, left)) {
    yield page.slice(0, remaining)
    remaining -= page.length
    if (remaining <= 0) return
  }
}

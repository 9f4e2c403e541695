import { setTimeout as delay } from 'node:timers/promises'
import { attemptsToCsv } from '../core/audit/attempts-csv.ts'
import { attemptsToNdjson } from '../core/audit/attempts-ndjson.ts'
import type { Attempt, AttemptFilter, AttemptPosition, Audit } from '../core/audit/audit.ts'
import { type AttemptLabels, formatOutcome, HEAD, labelsOf } from './attempt-labels.ts'
import { inTwoLines, paintOutcome } from './attempt-table.ts'
import { type Output, say } from './output.ts'
import { line, type Painted } from './styles.ts'
import { cut, padEnd } from './wrap.ts'

const EVERY_MS = 1_000
/** How many earlier attempts are printed at the start. */
const FIRST = 10
/** An attempt has the time when its transaction began, so a newer attempt may become visible first. */
const OVERLAP_MS = 15_000
const PAGE = 200
const MAX_PAGES = 10
/** How many pending attempts older than the overlap are queried, one by one. */
const MAX_PENDING = 50

/**
 * Prints each new attempt, oldest first, and again when its outcome changes, until SIGINT or SIGTERM, or
 * until the reader closes the pipe.
 */
export async function watchAttempts(
  audit: Audit,
  filter: AttemptFilter,
  format: 'table' | 'json' | 'csv',
  output: Output,
): Promise<void> {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort())
  }
  const ended = AbortSignal.any([interrupted.signal, output.left])
  const print = createPrinter(format, output)
  const shown = new Map<string, Attempt>()

  const { attempts } = await audit.list(filter, FIRST)
  let changed = attempts.reverse()
  let newest = changed.at(-1)?.sentAt ?? new Date(0)
  await print(changed, true)
  for (const attempt of changed) shown.set(attempt.id, attempt)
  while (!ended.aborted) {
    await delay(EVERY_MS, undefined, { signal: ended }).catch(() => {})
    if (ended.aborted) break
    const since = new Date(newest.getTime() - OVERLAP_MS)
    const seen = [
      ...(await listSince(audit, filter, since)),
      ...(await oldPending(audit, shown, since)),
    ]
    changed = seen.filter(of => {
      const before = shown.get(of.id)
      return before ? formatOutcome(before) !== formatOutcome(of) : timeOf(of) >= since.getTime()
    })
    await print(changed, false)
    for (const attempt of seen) shown.set(attempt.id, attempt)
    newest = new Date(Math.max(newest.getTime(), ...seen.map(timeOf)))
    for (const [id, of] of shown) {
      if (timeOf(of) < since.getTime() && of.outcome !== 'pending') shown.delete(id)
    }
  }
}

/** An attempt with an invalid time counts as old: it is not new at every look. */
const timeOf = ({ sentAt }: Attempt) => sentAt?.getTime() ?? 0

/** Resolves to the attempts since then, oldest first. */
async function listSince(audit: Audit, filter: AttemptFilter, since: Date): Promise<Attempt[]> {
  const from = filter.from && filter.from > since ? filter.from : since
  const found: Attempt[] = []
  let after: AttemptPosition | null | undefined
  for (let page = 0; page < MAX_PAGES && after !== null; page += 1) {
    const { attempts, next } = await audit.list({ ...filter, from }, PAGE, after)
    found.push(...attempts)
    after = next
  }
  if (after) say('Too many new attempts: the oldest of them are left out')
  return found.reverse()
}

async function oldPending(
  audit: Audit,
  shown: Map<string, Attempt>,
  since: Date,
): Promise<Attempt[]> {
  const pending = [...shown.values()].filter(
    of => timeOf(of) < since.getTime() && of.outcome === 'pending',
  )
  const found = await Promise.all(pending.slice(0, MAX_PENDING).map(({ id }) => audit.find(id)))
  return found.filter(attempt => attempt !== null)
}

/** Prints lines instead of a table, which could not grow. */
function createPrinter(format: 'table' | 'json' | 'csv', output: Output) {
  const toLines = fitsOneLine(output) ? inOneLine : inTwoLines
  return async (attempts: Attempt[], isFirst: boolean): Promise<void> => {
    if (format === 'csv') await output.write(attemptsToCsv(attempts, { first: isFirst }))
    else if (format === 'json') await output.write(attemptsToNdjson(attempts))
    else {
      const labels = [...(isFirst ? [HEAD] : []), ...attempts.map(labelsOf)]
      await output.print(...labels.flatMap(of => toLines(of, output)))
    }
  }
}

const WIDTHS = { sentAt: 19, type: 20, to: 40, outcome: 21, notifications: 3 }
const FIXED_WIDTH = Object.values(WIDTHS).reduce((sum, width) => sum + width + 2, 0)
const MIN_ABOUT = 20

function fitsOneLine({ columns }: Output): boolean {
  return columns === undefined || columns >= FIXED_WIDTH + MIN_ABOUT
}

function inOneLine(labels: AttemptLabels, { columns, paint }: Output): Painted[] {
  const outcome = paintOutcome(labels, labels.outcome.padEnd(WIDTHS.outcome), paint)
  const about = columns === undefined ? labels.about : cut(labels.about, columns - FIXED_WIDTH)
  const start = [
    labels.sentAt.padEnd(WIDTHS.sentAt),
    labels.type.padEnd(WIDTHS.type),
    padEnd(columns === undefined ? labels.to : cut(labels.to, WIDTHS.to), WIDTHS.to),
  ].join('  ')
  const end = `${labels.notifications.padStart(WIDTHS.notifications)}  ${about}`.trimEnd()
  return [line`${start}  ${outcome}  ${end}`]
}

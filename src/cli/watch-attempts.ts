import { setTimeout as delay } from 'node:timers/promises'
import { attemptsToCsv } from '../core/audit/attempts-csv.ts'
import { attemptsToNdjson } from '../core/audit/attempts-ndjson.ts'
import type { Attempt, AttemptFilter, AttemptPosition, Audit } from '../core/audit/audit.ts'
import { type AttemptLabels, formatOutcome, HEAD, inWords } from './attempt-labels.ts'
import { inTwoLines, paintOutcome } from './attempt-table.ts'
import { type Output, say } from './output.ts'
import { line, type Painted } from './styles.ts'
import { cut, padEnd } from './wrap.ts'

const EVERY_MS = 1_000
/** What was there before the watch began, to begin with. */
const FIRST = 10
/** An attempt's time is its transaction's beginning: a younger one may be seen before it. */
const OVERLAP_MS = 15_000
const PAGE = 200
const MOST_PAGES = 10
/** Asked for one by one, once they are older than the overlap. */
const MOST_PENDING = 50

/**
 * Prints each attempt as it arrives, oldest first, and again when its outcome changes, until SIGINT or
 * SIGTERM, or until the reader has left.
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
  const print = printer(format, output)
  const shown = new Map<string, Attempt>()

  const { attempts } = await audit.list(filter, FIRST)
  let fresh = attempts.reverse()
  let newest = fresh.at(-1)?.sentAt ?? new Date(0)
  await print(fresh, true)
  for (const attempt of fresh) shown.set(attempt.id, attempt)
  while (!ended.aborted) {
    await delay(EVERY_MS, undefined, { signal: ended }).catch(() => {})
    if (ended.aborted) break
    const since = new Date(newest.getTime() - OVERLAP_MS)
    const seen = [
      ...(await listSince(audit, filter, since)),
      ...(await oldPending(audit, shown, since)),
    ]
    fresh = seen.filter(of => {
      const before = shown.get(of.id)
      return before ? formatOutcome(before) !== formatOutcome(of) : of.sentAt >= since
    })
    await print(fresh, false)
    for (const attempt of seen) shown.set(attempt.id, attempt)
    newest = new Date(Math.max(newest.getTime(), ...seen.map(of => of.sentAt.getTime())))
    for (const [id, { sentAt, outcome }] of shown) {
      if (sentAt < since && outcome !== 'pending') shown.delete(id)
    }
  }
}

/** Oldest first. */
async function listSince(audit: Audit, filter: AttemptFilter, since: Date): Promise<Attempt[]> {
  const from = filter.from && filter.from > since ? filter.from : since
  const found: Attempt[] = []
  let after: AttemptPosition | null | undefined
  for (let page = 0; page < MOST_PAGES && after !== null; page += 1) {
    const { attempts, next } = await audit.list({ ...filter, from }, PAGE, after)
    found.push(...attempts)
    after = next
  }
  if (after) say('more attempts than can be followed: the oldest of these are left out')
  return found.reverse()
}

async function oldPending(
  audit: Audit,
  shown: Map<string, Attempt>,
  since: Date,
): Promise<Attempt[]> {
  const pending = [...shown.values()].filter(
    ({ sentAt, outcome }) => sentAt < since && outcome === 'pending',
  )
  const found = await Promise.all(pending.slice(0, MOST_PENDING).map(({ id }) => audit.find(id)))
  return found.filter(attempt => attempt !== null)
}

/** Lines of their own, for a table cannot grow. */
function printer(format: 'table' | 'json' | 'csv', output: Output) {
  const lines = fits(output) ? inOneLine : inTwoLines
  return async (attempts: Attempt[], isFirst: boolean): Promise<void> => {
    if (format === 'csv') await output.write(attemptsToCsv(attempts, { first: isFirst }))
    else if (format === 'json') await output.write(attemptsToNdjson(attempts))
    else {
      const words = [...(isFirst ? [HEAD] : []), ...attempts.map(inWords)]
      await output.print(...words.flatMap(of => lines(of, output)))
    }
  }
}

const WIDTHS = { sentAt: 19, type: 20, to: 40, outcome: 21, notifications: 3 }
const TAKEN = Object.values(WIDTHS).reduce((sum, width) => sum + width + 2, 0)
const LEAST_ABOUT = 20

function fits({ columns }: Output): boolean {
  return columns === undefined || columns >= TAKEN + LEAST_ABOUT
}

function inOneLine(words: AttemptLabels, { columns, paint }: Output): Painted[] {
  const outcome = paintOutcome(words, words.outcome.padEnd(WIDTHS.outcome), paint)
  const about = columns === undefined ? words.about : cut(words.about, columns - TAKEN)
  const start = [
    words.sentAt.padEnd(WIDTHS.sentAt),
    words.type.padEnd(WIDTHS.type),
    padEnd(columns === undefined ? words.to : cut(words.to, WIDTHS.to), WIDTHS.to),
  ].join('  ')
  const end = `${words.notifications.padStart(WIDTHS.notifications)}  ${about}`.trimEnd()
  return [line`${start}  ${outcome}  ${end}`]
}

import Table from 'cli-table3'
import { emailTypes } from '../core/render/digest.ts'
import { reasons } from '../core/scan/reasons.ts'
import type { Run, Skipped } from '../core/trigger/run.ts'

/** What a run did, or would do, for each type. */
export function runTable(run: Run): string {
  const types = emailTypes.filter(type => run.type === 'all' || run.type === type)
  const table = new Table({
    head: ['', ...types],
    ...tableLook(),
    colAligns: ['left', ...types.map(() => 'right' as const)],
  })
  const row = (name: string, pick: (type: (typeof types)[number]) => number) =>
    table.push([name, ...types.map(type => String(pick(type)))])
  const counts = run.counts.byType
  row(run.dryRun ? 'would be mailed' : 'due', type => counts[type].due)
  if (!run.dryRun) {
    row('accepted', type => counts[type].sent)
    row('failed', type => counts[type].failed)
    row('unknown', type => counts[type].unknown)
  }
  const found = new Set(types.flatMap(type => Object.keys(counts[type].skipped)))
  for (const reason of found) {
    row(`skipped: ${reasons[reason] ?? reason}`, type => count(counts[type].skipped, reason))
  }
  return table.toString()
}

/** Dense, and coloured on a terminal only. */
export function tableLook() {
  const colours =
    process.stdout.isTTY && process.stdout.hasColors()
      ? { head: ['bold'], border: ['grey'] }
      : { head: [], border: [] }
  return { style: { ...colours, compact: true } }
}

function count(skipped: Skipped, reason: string): number {
  return skipped[reason] ?? 0
}

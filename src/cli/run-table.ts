import { emailTypes } from '../core/email-type.ts'
import type { Run } from '../core/runs/run.ts'
import { reasons } from '../core/scan/reasons.ts'
import type { Output } from './output.ts'
import type { Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { hang } from './wrap.ts'

/** What a run did, or would do, for each type: a table, or lines where it finds no room. */
export function runTable(run: Run, output: Output): (string | Painted)[] {
  const types = emailTypes.filter(type => run.type === 'all' || run.type === type)
  const counts = run.counts.byType
  const row = (name: string, pick: (type: (typeof types)[number]) => number | undefined) => [
    name,
    ...types.map(type => String(pick(type) ?? 0)),
  ]
  const rows = [row(run.dryRun ? 'would be mailed' : 'due', type => counts[type].due)]
  if (!run.dryRun) {
    rows.push(
      row('accepted', type => counts[type].sent),
      row('failed', type => counts[type].failed),
      row('unknown', type => counts[type].unknown),
    )
  }
  const found = new Set(types.flatMap(type => Object.keys(counts[type].skipped)))
  for (const reason of found) {
    rows.push(row(`skipped: ${reasons[reason] ?? reason}`, type => counts[type].skipped[reason]))
  }
  const columns: Column[] = [
    { head: '', gives: 'wrap', least: 30 },
    ...types.map(type => ({
      head: type,
      shortHead: type.split(/(?<=_)/),
      align: 'right' as const,
    })),
  ]
  return (
    table(columns, rows, output) ??
    types.flatMap((type, at) => [
      output.paint('bold', type),
      ...rows.flatMap(([name, ...figures]) =>
        hang(`  ${(figures[at] ?? '').padStart(6)}  `, name ?? '', output.columns),
      ),
    ])
  )
}

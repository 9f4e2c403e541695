import { emailTypes } from '../core/email-type.ts'
import type { Run } from '../core/runs/run.ts'
import { reasons } from '../core/scan/reasons.ts'
import type { Output } from './output.ts'
import type { Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { hang } from './wrap.ts'

/** Formats a run's counts by type: as a table, or as lines on a narrow terminal. */
export function runTable(run: Run, output: Output): (string | Painted)[] {
  const types = emailTypes.filter(type => run.type === 'all' || run.type === type)
  const counts = run.counts.byType
  const row = (name: string, pick: (type: (typeof types)[number]) => number | undefined) => [
    name,
    ...types.map(type => String(pick(type) ?? 0)),
  ]
  const rows = [row(run.dryRun ? 'would be emailed' : 'due', type => counts[type].due)]
  if (!run.dryRun) {
    rows.push(
      row('accepted', type => counts[type].sent),
      row('failed', type => counts[type].failed),
      row('unknown', type => counts[type].unknown),
    )
  }
  const skipReasons = new Set(types.flatMap(type => Object.keys(counts[type].skipped)))
  for (const reason of skipReasons) {
    rows.push(row(`skipped: ${reasons[reason] ?? reason}`, type => counts[type].skipped[reason]))
  }
  const columns: Column[] = [
    { head: '', shrink: 'wrap', least: 30 },
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
      ...rows.flatMap(([name, ...values]) =>
        hang(`  ${(values[at] ?? '').padStart(6)}  `, name ?? '', output.columns),
      ),
    ])
  )
}

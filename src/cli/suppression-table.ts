import type { Suppression } from '../core/recipients/suppression.ts'
import { utcMinute } from '../core/utc-minute.ts'
import type { Output } from './output.ts'
import { line, type Painted } from './styles.ts'
import { type Column, table } from './table.ts'
import { hang } from './wrap.ts'

const COLUMNS: Column[] = [
  { head: 'address', shrink: 'cut', least: 20 },
  { head: 'reason' },
  { head: 'since (UTC)' },
  { head: 'source', shrink: 'cut' },
  { head: 'lifted (UTC)' },
  { head: 'note', shrink: 'wrap', least: 10 },
]

/** Formats suppressions as a table, or as one paragraph each on a narrow terminal. */
export function suppressionTable(suppressions: Suppression[], output: Output): Painted[] {
  const rows = suppressions.map(({ address, reason, since, source, by, lifted, note }) => [
    address,
    reason,
    utcMinute(since),
    by ? `${source} (${by})` : source,
    lifted ? utcMinute(lifted.at) : '',
    note ?? '',
  ])
  return (
    table(COLUMNS, rows, output) ??
    rows.flatMap(([address = '', ...rest]) =>
      hang('  ', [address, ...rest].filter(text => text !== '').join(', '), output.columns).map(
        text => line`${text}`,
      ),
    )
  )
}

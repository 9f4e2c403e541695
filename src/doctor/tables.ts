import { counted } from '../core/counted.ts'
import { type Finding, fail, ok } from './finding.ts'

/** One finding of `adopt` about the host's tables. */
export interface CompatibilityReading {
  table: string
  column: string | null
  fit: 'fits' | 'differs' | 'impossible'
  expected: string
  found: string
  note?: string
  fix?: string
}

/** Checks whether Tidings can work with the host's tables as they are. */
export function checkTables(fits: CompatibilityReading[]): Finding[] {
  const impossible = fits.filter(({ fit }) => fit === 'impossible')
  if (impossible.length === 0) {
    const differ = fits.filter(({ fit }) => fit === 'differs').length
    const rest = differ > 0 ? `; ${counted(differ, 'harmless difference')}` : ''
    return [ok('tables', `the application’s tables are compatible${rest}`)]
  }
  return impossible.map(({ table, column, expected, found, note, fix }) =>
    fail(
      'tables',
      `${column ? `${table}.${column}` : table}: ${found}, expected: ${expected}${note ? `; ${note}` : ''}`,
      fix?.replaceAll('\n', ' ') ?? 'npm run tidings -- adopt --dry-run shows the details',
    ),
  )
}

import { counted } from '../core/counted.ts'
import { type Finding, ok, warn } from './finding.ts'

/** An index that Tidings needs on a table of the host and that is missing or invalid. */
export interface IndexReading {
  name: string
  table: string
  /** True for an invalid index of an interrupted build, which PostgreSQL does not use. */
  leftover: boolean
  rows: number
  bytes: number
  /** The estimated duration of its build. */
  seconds: number
}

/** Reports each missing index, the cost of not having it, and how long its build takes. */
export function checkIndexes(missing: IndexReading[], isAdopted: boolean): Finding[] {
  if (missing.length === 0) return [ok('indexes', 'all present and valid')]
  return missing.map(({ name, table, leftover, rows, bytes, seconds }) =>
    warn(
      'indexes',
      `${name} on ${table} is ${leftover ? 'invalid: its build was interrupted' : 'missing'}; ` +
        `its queries read the whole table (about ${counted(Math.round(rows), 'row')}, ` +
        `${Math.ceil(bytes / 1_000_000)} MB)`,
      `npm run tidings -- ${isAdopted ? 'migrate' : 'adopt'} (builds it in ${formatDuration(seconds)}; the application can keep writing)`,
    ),
  )
}

function formatDuration(seconds: number): string {
  if (seconds < 2) return 'a moment'
  return seconds < 90 ? `about ${Math.ceil(seconds)} s` : `about ${Math.ceil(seconds / 60)} min`
}

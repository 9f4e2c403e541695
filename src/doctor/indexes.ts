import { counted } from '../core/counted.ts'
import { type Finding, ok, warn } from './finding.ts'

/** An index that Tidings wants on a table of the host's and that is not there. */
export interface IndexReading {
  name: string
  table: string
  /** An interrupted build has left it behind, and PostgreSQL does not use it. */
  leftover: boolean
  rows: number
  bytes: number
  /** About how long its build takes. */
  seconds: number
}

/** What is missing, what it costs to do without, and how long its build takes. */
export function checkIndexes(missing: IndexReading[], isAdopted: boolean): Finding[] {
  if (missing.length === 0) return [ok('indexes', 'all there and valid')]
  return missing.map(({ name, table, leftover, rows, bytes, seconds }) =>
    warn(
      'indexes',
      `${name} on ${table} is ${leftover ? 'invalid: an interrupted build has left it' : 'missing'}; ` +
        `what it is for reads the whole table instead (about ${counted(Math.round(rows), 'row')}, ` +
        `${Math.ceil(bytes / 1_000_000)} MB)`,
      `npm run tidings -- ${isAdopted ? 'migrate' : 'adopt'} (it is built in ${inWords(seconds)}, while the application writes)`,
    ),
  )
}

function inWords(seconds: number): string {
  if (seconds < 2) return 'a moment'
  return seconds < 90 ? `about ${Math.ceil(seconds)} s` : `about ${Math.ceil(seconds / 60)} min`
}

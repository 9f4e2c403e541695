import type { PgTable } from 'drizzle-orm/pg-core'
import { inserted } from '../column-uses.ts'
import type { Finding } from './finding.ts'
import type { FoundTable } from './read-host.ts'

const KINDS: Record<string, string> = {
  r: 'a table',
  p: 'a partitioned table',
  f: 'a foreign table',
  m: 'a materialized view',
  v: 'a view',
}

/** A view will do for a table that Tidings only reads: it needs no lock and no trigger there. */
export function checkKind(
  table: PgTable,
  { name, kind, hidesRows }: FoundTable,
  at: string,
): Finding[] {
  const found = KINDS[kind] ?? kind
  const finding = {
    table: name,
    column: null,
    aspect: 'table',
    expected: 'a table',
    found,
  } as const
  const isWritten = inserted.some(column => column.table === table)
  const byKind = (): Finding => {
    if (kind === 'r') return { ...finding, fit: 'fits' }
    if (kind === 'v' && !isWritten) {
      const note = 'Tidings only reads it; index the tables below it as docs/adopt.md says'
      return { ...finding, fit: 'differs', note }
    }
    const reasons: Record<string, string> = {
      m: 'it does not show what has changed since its last refresh',
      v: 'Tidings writes to it and needs unique and other indexes on it; only users and notifications may be views',
    }
    const noIndex = 'Tidings needs an index on it, which cannot be built concurrently there'
    return { ...finding, fit: 'impossible', note: reasons[kind] ?? noIndex }
  }
  return [
    byKind(),
    ...(hidesRows
      ? [
          {
            ...finding,
            fit: 'impossible' as const,
            expected: 'all rows visible',
            found: 'row level security',
            note: 'it hides rows from the role that Tidings connects with',
            fix: `CREATE POLICY tidings ON ${at} TO CURRENT_USER USING (true) WITH CHECK (true);`,
          },
        ]
      : []),
  ]
}

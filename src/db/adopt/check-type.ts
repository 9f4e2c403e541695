import type { PgColumn } from 'drizzle-orm/pg-core'
import { inserted } from '../column-uses.ts'
import { notificationEmailsSent } from '../schema.ts'
import type { CheckResult } from './finding.ts'
import type { FoundColumn } from './read-host.ts'

/** The longest text that Tidings writes into a column of the host's: an error line. */
const LONGEST_WRITTEN = 1_000

/** Which types stand for which, by pg_type.typname: the first is the contract's. */
const KINDS: Record<string, { fits: string; alike: string[]; convert?: string }> = {
  uuid: { fits: 'uuid', alike: [], convert: 'uuid' },
  timestamp: { fits: 'timestamp', alike: ['timestamptz'] },
  boolean: { fits: 'bool', alike: [], convert: 'boolean' },
  integer: { fits: 'int4', alike: ['int2', 'int8'] },
  'text[]': { fits: '_text', alike: ['_varchar'], convert: 'text[]' },
}

/** Whether values of the found type are what Tidings reads and writes there. */
export function checkType(column: PgColumn, found: FoundColumn, alter: string): CheckResult {
  const expected = column.getSQLType()
  const judged = { expected, found: found.type }
  const differs = (note: string) => ({ ...judged, fit: 'differs' as const, note })
  const impossible = (note: string, to?: string) => ({
    ...judged,
    fit: 'impossible' as const,
    note,
    ...(to && { fix: `${alter} TYPE ${to} USING (${column.name}::${to});` }),
  })
  if (inserted.includes(column) && found.generated) {
    return impossible('PostgreSQL makes this value, and Tidings has to write it')
  }
  if (column.enumValues) return checkEnum(column, found, judged, differs, impossible)
  if (expected === 'text') {
    if (found.base === 'text') return { ...judged, fit: 'fits' }
    const isWritten = column === notificationEmailsSent.errorMessage
    if (isWritten && found.length !== null && found.length < LONGEST_WRITTEN) {
      return impossible(`Tidings writes up to ${LONGEST_WRITTEN} characters here`, 'text')
    }
    if (found.category === 'S') return differs('text of another kind')
    // Read as text by an explicit cast.
    if (column.name === 'metadata' && /^jsonb?$/.test(found.base))
      return differs('JSON is text too')
    return impossible('it is no text', 'text')
  }
  const kind = KINDS[expected]
  if (!kind) throw new Error(`nobody has said what stands for ${expected}`)
  if (found.base === kind.fits) return { ...judged, fit: 'fits' }
  if (kind.alike.includes(found.base)) return differs('Tidings takes it as well')
  if (expected === 'uuid' && found.category !== 'S') {
    return impossible(
      'Tidings knows people and notifications by UUIDs; no statement makes them of this',
    )
  }
  if (expected === 'timestamp' && found.base !== 'date') {
    return impossible('it is no time; fill a timestamp column from it')
  }
  return impossible('Tidings cannot read or write it', kind.convert ?? 'timestamp')
}

function checkEnum(
  column: PgColumn,
  found: FoundColumn,
  judged: Pick<CheckResult, 'expected' | 'found'>,
  differs: (note: string) => CheckResult,
  impossible: (note: string, to?: string) => CheckResult,
): CheckResult {
  const values = column.enumValues ?? []
  if (found.category === 'E') {
    return found.base === column.getSQLType()
      ? { ...judged, fit: 'fits' }
      : differs('an enum of another name')
  }
  if (found.category !== 'S') return impossible('it is neither text nor an enum', 'text')
  const longest = Math.max(...values.map(value => value.length))
  if (inserted.includes(column) && found.length !== null && found.length < longest) {
    return impossible(`Tidings writes ${longest} characters here`, 'text')
  }
  return differs('text stands for the enum')
}

/** Whether an enum has the values that Tidings writes; what it only reads may be anything. */
export function checkEnumValues(column: PgColumn, found: FoundColumn): CheckResult | null {
  if (!column.enumValues || !found.labels) return null
  const labels = found.labels
  const missing = column.enumValues.filter(value => !labels.includes(value))
  const extra = labels.filter(value => !column.enumValues?.includes(value))
  const judged = {
    expected: column.enumValues.join(', '),
    found: labels.join(', '),
  }
  if (missing.length > 0 && inserted.includes(column)) {
    return {
      ...judged,
      fit: 'impossible',
      note: `Tidings writes ${missing.join(' and ')}`,
      fix: missing.map(value => `ALTER TYPE ${found.type} ADD VALUE '${value}';`).join('\n'),
    }
  }
  if (missing.length + extra.length === 0) return { ...judged, fit: 'fits' }
  const told = [
    ...(extra.length > 0 ? [`also has ${extra.join(', ')}`] : []),
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
  ]
  return { ...judged, fit: 'differs', note: `${told.join('; ')}: Tidings mails about any value` }
}

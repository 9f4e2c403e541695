import type { PgColumn } from 'drizzle-orm/pg-core'
import { inserted } from '../column-uses.ts'
import { notificationEmailsSent } from '../schema.ts'
import type { CheckResult } from './finding.ts'
import type { FoundColumn } from './read-host.ts'

/** The longest text that Tidings writes into a host column: an error line. */
const MAX_WRITTEN = 1_000

/** Compatible types, by pg_type.typname. `fits` is the type of the contract. */
const KINDS: Record<string, { fits: string; alike: string[]; convert?: string }> = {
  uuid: { fits: 'uuid', alike: [], convert: 'uuid' },
  timestamp: { fits: 'timestamp', alike: ['timestamptz'] },
  boolean: { fits: 'bool', alike: [], convert: 'boolean' },
  integer: { fits: 'int4', alike: ['int2', 'int8'] },
  'text[]': { fits: '_text', alike: ['_varchar'], convert: 'text[]' },
}

/** Whether Tidings can read and write its values in a column of the found type. */
export function checkType(column: PgColumn, found: FoundColumn, alter: string): CheckResult {
  const expected = column.getSQLType()
  const compared = { expected, found: found.type }
  const differs = (note: string) => ({ ...compared, fit: 'differs' as const, note })
  const impossible = (note: string, to?: string) => ({
    ...compared,
    fit: 'impossible' as const,
    note,
    ...(to && { fix: `${alter} TYPE ${to} USING (${column.name}::${to});` }),
  })
  if (inserted.includes(column) && found.generated) {
    return impossible('PostgreSQL generates this value, but Tidings must write it')
  }
  if (column.enumValues) return checkEnum(column, found, compared, differs, impossible)
  if (expected === 'text') {
    if (found.base === 'text') return { ...compared, fit: 'fits' }
    const isWritten = column === notificationEmailsSent.errorMessage
    if (isWritten && found.length !== null && found.length < MAX_WRITTEN) {
      return impossible(`Tidings writes up to ${MAX_WRITTEN} characters here`, 'text')
    }
    if (found.category === 'S') return differs('another text type')
    // An explicit cast reads it as text.
    if (column.name === 'metadata' && /^jsonb?$/.test(found.base))
      return differs('JSON is text too')
    return impossible('it is not text', 'text')
  }
  const kind = KINDS[expected]
  if (!kind) throw new Error(`no compatible types are defined for ${expected}`)
  if (found.base === kind.fits) return { ...compared, fit: 'fits' }
  if (kind.alike.includes(found.base)) return differs('Tidings works with this type as well')
  if (expected === 'uuid' && found.category !== 'S') {
    return impossible(
      'Tidings identifies users and notifications by UUIDs; no statement can convert this',
    )
  }
  if (expected === 'timestamp' && found.base !== 'date') {
    return impossible('it is not a time; fill a timestamp column from it')
  }
  return impossible('Tidings cannot read or write it', kind.convert ?? 'timestamp')
}

function checkEnum(
  column: PgColumn,
  found: FoundColumn,
  compared: Pick<CheckResult, 'expected' | 'found'>,
  differs: (note: string) => CheckResult,
  impossible: (note: string, to?: string) => CheckResult,
): CheckResult {
  const values = column.enumValues ?? []
  if (found.category === 'E') {
    return found.base === column.getSQLType()
      ? { ...compared, fit: 'fits' }
      : differs('an enum with another name')
  }
  if (found.category !== 'S') return impossible('it is neither text nor an enum', 'text')
  const longest = Math.max(...values.map(value => value.length))
  if (inserted.includes(column) && found.length !== null && found.length < longest) {
    return impossible(`Tidings writes ${longest} characters here`, 'text')
  }
  return differs('Tidings works with text as well')
}

/**
 * Whether an enum has the values that Tidings writes. One that it only reads may have any values.
 */
export function checkEnumValues(column: PgColumn, found: FoundColumn): CheckResult | null {
  if (!column.enumValues || !found.labels) return null
  const labels = found.labels
  const missing = column.enumValues.filter(value => !labels.includes(value))
  const extra = labels.filter(value => !column.enumValues?.includes(value))
  const compared = {
    expected: column.enumValues.join(', '),
    found: labels.join(', '),
  }
  if (missing.length > 0 && inserted.includes(column)) {
    return {
      ...compared,
      fit: 'impossible',
      note: `Tidings writes ${missing.join(' and ')}`,
      fix: missing.map(value => `ALTER TYPE ${found.type} ADD VALUE '${value}';`).join('\n'),
    }
  }
  if (missing.length + extra.length === 0) return { ...compared, fit: 'fits' }
  const differences = [
    ...(extra.length > 0 ? [`also has ${extra.join(', ')}`] : []),
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
  ]
  return {
    ...compared,
    fit: 'differs',
    note: `${differences.join('; ')}: Tidings sends emails about any value`,
  }
}

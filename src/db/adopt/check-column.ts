import { is, SQL } from 'drizzle-orm'
import { type PgColumn, PgDialect } from 'drizzle-orm/pg-core'
import { quoteName } from '../client/quote-name.ts'
import { inserted, used } from '../column-uses.ts'
import { notificationEmailsSent } from '../schema.ts'
import { checkEnumValues, checkType } from './check-type.ts'
import type { Aspect, CheckResult, Finding } from './finding.ts'
import type { FoundColumn } from './read-host.ts'

const dialect = new PgDialect()

/** A column of the contract's, against what stands there. `at` is its table's full name. */
export function checkColumn(
  column: PgColumn,
  found: FoundColumn | undefined,
  table: string,
  at: string,
): Finding[] {
  const isUsed = used.includes(column)
  const findings: Finding[] = []
  const add = (aspect: Aspect, judgement: CheckResult | null) => {
    if (judgement) findings.push({ table, column: column.name, aspect, ...judgement })
  }
  const addIfUsed = (aspect: Aspect, judgement: CheckResult | null) => {
    const isSpared = judgement?.fit === 'impossible' && !isUsed
    add(
      aspect,
      isSpared ? { ...judgement, fit: 'differs', note: 'Tidings does not use it' } : judgement,
    )
  }
  if (!found) {
    addIfUsed('column', {
      fit: 'impossible',
      expected: column.getSQLType(),
      found: 'nothing',
      note: 'Tidings reads or writes it',
      fix: `ALTER TABLE ${at} ADD COLUMN ${definitionOf(column)};`,
    })
    return findings
  }
  const alter = `ALTER TABLE ${at} ALTER COLUMN ${quoteName(column.name)}`
  addIfUsed('type', checkType(column, found, alter))
  addIfUsed('enum values', checkEnumValues(column, found))
  addIfUsed('nullability', checkNullability(column, found, alter))
  add('default', checkDefault(column, found, alter))
  return findings
}

function checkNullability(column: PgColumn, found: FoundColumn, alter: string): CheckResult {
  const words = (notNull: boolean) => (notNull ? 'not null' : 'may be null')
  const judged = { expected: words(column.notNull), found: words(found.notNull) }
  if (column.notNull === found.notNull) return { ...judged, fit: 'fits' }
  if (column === notificationEmailsSent.errorMessage) {
    const note = 'an email that was accepted has no error'
    return { ...judged, fit: 'impossible', note, fix: `${alter} DROP NOT NULL;` }
  }
  if (column.notNull && /^user_?id$/.test(column.name)) {
    return {
      ...judged,
      fit: 'impossible',
      note: 'rows of nobody',
      fix: `${alter} SET NOT NULL;`,
    }
  }
  return {
    ...judged,
    fit: 'differs',
    note: column.notNull ? 'what is null is not mailed' : 'as well',
  }
}

function checkDefault(column: PgColumn, found: FoundColumn, alter: string): CheckResult | null {
  const expected = defaultOf(column)
  if (expected === null && found.default === null) return null
  const judged = { expected: expected ?? 'none', found: found.default ?? 'none' }
  if (judged.expected === judged.found) return { ...judged, fit: 'fits' }
  if (isMissed(column, found)) {
    return {
      ...judged,
      fit: 'impossible',
      note: 'Tidings adds rows without it',
      fix: `${alter} SET DEFAULT ${expected};`,
    }
  }
  return { ...judged, fit: 'differs', note: 'Tidings does not rely on it' }
}

/** Whether a row that Tidings adds would be refused for the lack of this column. */
function isMissed(column: PgColumn, found: FoundColumn): boolean {
  if (!found.notNull || found.default !== null || found.generated) return false
  return !inserted.includes(column) && inserted.some(other => other.table === column.table)
}

/** The default as PostgreSQL prints it; null where there is none. */
function defaultOf({ default: value }: PgColumn): string | null {
  if (value === undefined) return null
  return is(value, SQL) ? dialect.sqlToQuery(value).sql : String(value)
}

function definitionOf(column: PgColumn): string {
  const value = defaultOf(column)
  return (
    `${quoteName(column.name)} ${column.getSQLType()}` +
    (value === null ? '' : ` DEFAULT ${value}`) +
    (column.notNull ? ' NOT NULL' : '')
  )
}

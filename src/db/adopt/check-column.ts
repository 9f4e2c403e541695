import { is, SQL } from 'drizzle-orm'
import { type PgColumn, PgDialect } from 'drizzle-orm/pg-core'
import { quoteName } from '../client/quote-name.ts'
import { inserted, used } from '../column-uses.ts'
import { notificationEmailsSent, users } from '../schema.ts'
import { checkEnumValues, checkType } from './check-type.ts'
import type { Aspect, CheckResult, Finding } from './finding.ts'
import type { FoundColumn } from './read-host.ts'

const dialect = new PgDialect()

/** Checks a column against the contract. `at` is the full name of its table. */
export function checkColumn(
  column: PgColumn,
  found: FoundColumn | undefined,
  table: string,
  at: string,
): Finding[] {
  const isUsed = used.includes(column)
  const findings: Finding[] = []
  const add = (aspect: Aspect, result: CheckResult | null) => {
    if (result) findings.push({ table, column: column.name, aspect, ...result })
  }
  const addIfUsed = (aspect: Aspect, result: CheckResult | null) => {
    const isUnneeded = result?.fit === 'impossible' && !isUsed
    add(
      aspect,
      isUnneeded ? { ...result, fit: 'differs', note: 'Tidings does not use it' } : result,
    )
  }
  if (!found) {
    addIfUsed('column', {
      fit: 'impossible',
      expected: column.getSQLType(),
      found: 'nothing',
      note: `Tidings reads or writes it${fillingNote(column)}`,
      fix: addColumn(column, at),
    })
    return findings
  }
  const alter = `ALTER TABLE ${at} ALTER COLUMN ${quoteName(column.name)}`
  addIfUsed('type', checkType(column, found, alter))
  add('collation', checkCollation(column, found, alter))
  addIfUsed('enum values', checkEnumValues(column, found))
  addIfUsed('nullability', checkNullability(column, found, alter))
  add('default', checkDefault(column, found, alter))
  return findings
}

/** Tidings has an index on the start of an error; before PostgreSQL 18 it would refuse every row. */
function checkCollation(column: PgColumn, found: FoundColumn, alter: string): CheckResult | null {
  if (found.isDeterministic || column !== notificationEmailsSent.errorMessage) return null
  return {
    fit: 'impossible',
    expected: 'deterministic',
    found: 'nondeterministic',
    note: 'Tidings reads the error code from it',
    fix: `${alter} TYPE ${column.getSQLType()} COLLATE "default";`,
  }
}

function checkNullability(column: PgColumn, found: FoundColumn, alter: string): CheckResult {
  const describe = (notNull: boolean) => (notNull ? 'not null' : 'may be null')
  const compared = { expected: describe(column.notNull), found: describe(found.notNull) }
  if (column.notNull === found.notNull) return { ...compared, fit: 'fits' }
  if (column === notificationEmailsSent.errorMessage) {
    const note = 'an accepted email has no error'
    return { ...compared, fit: 'impossible', note, fix: `${alter} DROP NOT NULL;` }
  }
  if (column.notNull && /^user_?id$/.test(column.name)) {
    return {
      ...compared,
      fit: 'impossible',
      note: 'a row without a user is of no use; give each row its user or delete it first',
      fix: `${alter} SET NOT NULL;`,
    }
  }
  return {
    ...compared,
    fit: 'differs',
    note: column.notNull ? 'a row with null gets no email' : 'Tidings works with either',
  }
}

function checkDefault(column: PgColumn, found: FoundColumn, alter: string): CheckResult | null {
  const expected = defaultOf(column)
  if (expected === null && found.default === null) return null
  const compared = { expected: expected ?? 'none', found: found.default ?? 'none' }
  if (compared.expected === compared.found) return { ...compared, fit: 'fits' }
  if (isMissed(column, found)) {
    return {
      ...compared,
      fit: 'impossible',
      note: 'Tidings inserts rows without it',
      fix: `${alter} SET DEFAULT ${expected};`,
    }
  }
  return { ...compared, fit: 'differs', note: 'Tidings does not rely on it' }
}

/** Whether rows that Tidings inserts would be refused because they lack this column. */
function isMissed(column: PgColumn, found: FoundColumn): boolean {
  if (!found.notNull || found.default !== null || found.generated) return false
  return !inserted.includes(column) && inserted.some(other => other.table === column.table)
}

/** The default as PostgreSQL prints it; null if there is none. */
function defaultOf({ default: value }: PgColumn): string | null {
  if (value === undefined) return null
  return is(value, SQL) ? dialect.sqlToQuery(value).sql : String(value)
}

/**
 * SQL that adds a missing column, also to a table with rows: a NOT NULL column without a default is
 * filled in between. Nothing can fill in a row's user, so that column may be null at first.
 */
function addColumn(column: PgColumn, at: string): string {
  const name = quoteName(column.name)
  const value = defaultOf(column)
  const add = `ALTER TABLE ${at} ADD COLUMN ${name} ${typeOf(column)}`
  if (value !== null) {
    return `${add} DEFAULT ${value}${column.notNull ? ' NOT NULL' : ''};`
  }
  const filling = column.notNull ? fillingOf(column) : null
  if (filling === null) return `${add};`
  return [
    `${add};`,
    `UPDATE ${at} SET ${name} = ${filling} WHERE ${name} IS NULL;`,
    `ALTER TABLE ${at} ALTER COLUMN ${name} SET NOT NULL;`,
  ].join('\n')
}

/** Text serves as well as an enum, which the database may lack. */
const typeOf = (column: PgColumn) => (column.enumValues ? 'text' : column.getSQLType())

/** A value for existing rows; null if only the host can know it. */
function fillingOf(column: PgColumn): string | null {
  if (column === users.userid) return 'gen_random_uuid()'
  // As in a history that only this type of email has made.
  if (column === notificationEmailsSent.emailType) return "'new_notifications'"
  return typeOf(column) === 'text' ? "''" : null
}

function fillingNote(column: PgColumn): string {
  const value = defaultOf(column)
  if (value === 'now()') return '; existing rows get the current time, so set their own next'
  if (!column.notNull || value !== null) return ''
  return fillingOf(column) === null
    ? '; give each row its value, then run adopt again'
    : '; replace the value in UPDATE by your own if you have one'
}

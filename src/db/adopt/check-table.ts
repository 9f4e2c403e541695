import { getTableName } from 'drizzle-orm'
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import { quoteName } from '../client/quote-name.ts'
import { inserted, keys } from '../column-uses.ts'
import { baselineOf, readMigrations } from '../migrate/migrations.ts'
import { checkColumn } from './check-column.ts'
import { checkKind } from './check-kind.ts'
import type { Finding } from './finding.ts'
import type { FoundColumn, FoundHost } from './read-host.ts'

/** Checks a table of the contract against the schema, and returns every result. */
export function checkTable(table: PgTable, host: FoundHost, schema: string): Finding[] {
  const { name, columns } = getTableConfig(table)
  const at = `${quoteName(schema)}.${quoteName(name)}`
  const found = host.tables.find(other => other.name === name)
  if (!found) return [missingTable(name, schema)]
  const existing = host.columns.filter(column => column.table === name)
  const checked = columns.flatMap(column => {
    const match = existing.find(other => other.name === column.name)
    const findings = checkColumn(column, match, name, at)
    return match ? [...findings, ...checkKeys(table, column, host, schema)] : findings
  })
  const extra = existing.filter(column => !columns.some(other => other.name === column.name))
  return [
    ...checkKind(table, found, at),
    ...(found.kind === 'v' ? checked.map(ofView) : checked),
    ...extra.map(column => checkExtraColumns(table, column, at)),
  ]
}

/** What the catalogue does not say about a view is not held against it, and no ALTER TABLE fixes it. */
function ofView({ fix: _, ...finding }: Finding): Finding {
  if (finding.fit !== 'impossible') return finding
  if (finding.aspect === 'nullability' || finding.aspect === 'unique') {
    return {
      ...finding,
      fit: 'differs',
      note: 'PostgreSQL cannot say this of a view; make sure of it',
    }
  }
  return { ...finding, note: 'Tidings reads it: change the view' }
}

/** Checks its unique indexes and its foreign key. */
function checkKeys(table: PgTable, column: PgColumn, host: FoundHost, schema: string): Finding[] {
  const name = getTableName(table)
  const at = `${quoteName(schema)}.${quoteName(name)}`
  const about = { table: name, column: column.name }
  const findings: Finding[] = []
  if (column.primary || column.isUnique) {
    const isUnique = host.indexes.some(
      index =>
        index.table === name &&
        index.unique &&
        index.immediate &&
        index.valid &&
        index.plain &&
        index.where === null &&
        index.keys.length === 1 &&
        index.keys[0]?.key === column.name &&
        !index.keys[0].isExpression,
    )
    const compared = { ...about, aspect: 'unique' as const, expected: 'unique' }
    const fix = `CREATE UNIQUE INDEX CONCURRENTLY ON ${at} (${quoteName(column.name)});`
    if (isUnique) findings.push({ ...compared, fit: 'fits', found: 'unique' })
    else if (keys.includes(column)) {
      const note = 'Tidings finds rows by it'
      findings.push({ ...compared, fit: 'impossible', found: 'not unique', note, fix })
    } else {
      const note = 'Tidings does not rely on it'
      findings.push({ ...compared, fit: 'differs', found: 'not unique', note })
    }
  }
  for (const key of getTableConfig(table).foreignKeys) {
    const { columns, foreignTable, foreignColumns } = key.reference()
    if (columns[0]?.name !== column.name) continue
    const describe = (to: string, by: string, onDelete: string) =>
      `references ${to} (${by})${onDelete === 'no action' ? '' : ` on delete ${onDelete}`}`
    const foreign = getTableName(foreignTable)
    const expected = describe(foreign, foreignColumns[0]?.name ?? '', key.onDelete ?? 'no action')
    const match = host.foreignKeys.find(
      other => other.table === name && other.column === column.name,
    )
    const found = match ? describe(match.foreignTable, match.foreignColumn, match.onDelete) : 'none'
    const compared = { ...about, aspect: 'foreign key' as const, expected, found }
    if (found === expected) findings.push({ ...compared, fit: 'fits' })
    else findings.push({ ...compared, fit: 'differs', note: 'Tidings skips rows without a user' })
  }
  return findings
}

function checkExtraColumns(table: PgTable, column: FoundColumn, at: string): Finding {
  const finding = {
    table: column.table,
    column: column.name,
    aspect: 'column' as const,
    expected: 'not in the contract',
    found: column.type,
  }
  const isDemanded = column.notNull && column.default === null && !column.generated
  if (isDemanded && inserted.some(other => other.table === table)) {
    return {
      ...finding,
      fit: 'impossible',
      note: 'Tidings inserts rows without it',
      fix: `ALTER TABLE ${at} ALTER COLUMN ${quoteName(column.name)} DROP NOT NULL;`,
    }
  }
  return { ...finding, fit: 'differs', note: 'Tidings ignores it' }
}

/** A missing table. The fix is its part of the baseline, without the enums it needs. */
function missingTable(name: string, schema: string): Finding {
  const statements = baselineOf(readMigrations()).sql.filter(
    statement =>
      statement.includes(`CREATE TABLE ${quoteName(name)} `) ||
      statement.includes(`ALTER TABLE ${quoteName(name)} `) ||
      statement.includes(` ON ${quoteName(name)} `),
  )
  return {
    table: name,
    column: null,
    aspect: 'table',
    fit: 'impossible',
    expected: 'a table',
    found: 'nothing',
    fix: [
      `SET search_path TO ${quoteName(schema)};`,
      ...statements.map(statement =>
        statement.trim().replaceAll('"public".', `${quoteName(schema)}.`),
      ),
    ].join('\n'),
  }
}

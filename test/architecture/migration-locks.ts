import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { hostTableNames } from '../../src/db/host-schema.ts'
import { baselineOf, type Migration, withoutHostIndexes } from '../../src/db/migrate/migrations.ts'
import { notificationEmailType, notificationType } from '../../src/db/schema.ts'

const root = resolve(import.meta.dirname, '../..')
const BREAK = '--> statement-breakpoint'

/** A finding of squawk in its JSON report; lines count from 0. */
interface Violation {
  file: string
  line: number
  rule_name: string
  message: string
  help: string | null
}

const IGNORE =
  'Where it is harmless (a table that stays small), write why above the statement, and below that ' +
  '-- squawk-ignore RULE'
const NEXT_VERSION =
  'VALIDATE CONSTRAINT in a migration of a later version (drizzle:generate -- --custom)'
const TWO_VERSIONS =
  'let this version stop using it and a later one drop it: both run while an upgrade rolls out'

/** Advice for this project, where squawk's help is missing or does not apply. */
const ADVICE: Record<string, string> = {
  'adding-field-with-default': 'add it without the default, and fill it in batches',
  'adding-foreign-key-constraint': `add NOT VALID to the generated statement; ${NEXT_VERSION}`,
  'adding-not-nullable-field': `add check(… is not null) in src/db/schema.ts and NOT VALID to its statement; ${NEXT_VERSION}, and SET NOT NULL after it`,
  'adding-required-field': 'add it with a constant default, or without .notNull()',
  'ban-concurrent-index-creation-in-transaction':
    'migrations run in a transaction. An index on a host’s table: declare it in src/db/schema.ts without concurrently(); migrate builds it CONCURRENTLY by itself',
  'ban-drop-column': TWO_VERSIONS,
  'ban-drop-table': TWO_VERSIONS,
  'changing-column-type':
    'add a column of the new type beside it, fill it in batches, and drop the old one in a later version',
  'constraint-missing-not-valid': `add NOT VALID to the generated statement; ${NEXT_VERSION}`,
  'disallowed-unique-constraint': 'declare a uniqueIndex() in src/db/schema.ts instead',
  'renaming-column': TWO_VERSIONS,
  'renaming-table': TWO_VERSIONS,
  'require-concurrent-index-creation':
    'on a large table write IF NOT EXISTS into the statement, and CREATE INDEX CONCURRENTLY into CHANGELOG.md, to be run before the upgrade',
  'require-concurrent-index-deletion':
    'on a large table write IF EXISTS into the statement, and DROP INDEX CONCURRENTLY into CHANGELOG.md, to be run before the upgrade',
}

const HOST = [...hostTableNames, notificationType.enumName, notificationEmailType.enumName].join(
  '|',
)
const NAMES_HOST = new RegExp(
  `\\b(?:table|on|references|type|into|update|from|join|truncate)\\s+(?:if\\s+exists\\s+|only\\s+)*(?:"?public"?\\.)?"?(${HOST})\\b`,
  'i',
)
const HOST_ADVICE =
  'a host’s tables and types stay as they are, and unlocked: a foreign key to one locks it as well. ' +
  'An index on a host’s table: declare it in src/db/schema.ts with index(), not unique and without a ' +
  'comment above its statement; migrate builds it CONCURRENTLY. Anything else: keep it in a table in the schema tidings'

/**
 * Finds statements that lock a table for long or break running processes, as `file:line rule: message` with
 * advice. Checks a migration as it is applied to a database in use: without its indexes on host tables.
 * Only the baseline may change host tables.
 */
export function findLocks(migrations: Migration[], baseline = baselineOf(migrations)): string[] {
  const applied = migrations.map(migration => ({
    file: `drizzle/${migration.name}.sql`,
    isBaseline: migration.name === baseline.name,
    statements: blankHostIndexes(migration),
  }))
  const hosts = applied
    .filter(({ isBaseline }) => !isBaseline)
    .flatMap(({ file, statements }) =>
      statements.flatMap((statement, at) => {
        const [, name] = NAMES_HOST.exec(withoutComments(statement)) ?? []
        if (!name) return []
        const line = lineOf(statements, at) + (/^\s*/.exec(statement)?.[0].split('\n').length ?? 1)
        return [`${file}:${line} host: ${name} belongs to the host.\n  ${HOST_ADVICE}.`]
      }),
    )
  return [...hosts, ...runSquawk(applied).map(format)]
}

function format({ file, line, rule_name: rule, message, help }: Violation): string {
  const advice = ADVICE[rule] ?? help?.replace(/\.$/, '') ?? 'https://squawkhq.com/docs/rules'
  return `${file}:${line + 1} ${rule}: ${message}\n  Instead: ${advice}.\n  ${IGNORE.replace('RULE', rule)}.`
}

/** Runs squawk on files; `.squawk.toml` names the rules that it skips. */
function runSquawk(applied: { file: string; statements: string[] }[]): Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-locks-'))
  try {
    mkdirSync(join(folder, 'drizzle'))
    for (const { file, statements } of applied) {
      writeFileSync(join(folder, file), statements.join(BREAK))
    }
    const files = applied.map(({ file }) => file)
    const result = spawnSync(
      'squawk',
      ['--config', join(root, '.squawk.toml'), '--reporter', 'json', ...files],
      { cwd: folder, encoding: 'utf8' },
    )
    if (result.error) throw result.error
    try {
      return JSON.parse(result.stdout) as Violation[]
    } catch {
      throw new Error(`squawk exited with ${result.status}: ${result.stderr}${result.stdout}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A migration's statements; those that `migrate` removes are blanked, to keep the line numbers. One with
 * CONCURRENTLY stays: `migrate` removes it, too, but it would fail on an empty database.
 */
function blankHostIndexes(migration: Migration): string[] {
  const kept = withoutHostIndexes(migration).sql
  return migration.sql.map(statement =>
    kept.includes(statement) || /^\s*create index concurrently/i.test(statement)
      ? statement
      : statement.replace(/[^\n]/g, ' '),
  )
}

/** The number of lines before a statement. */
function lineOf(statements: string[], at: number): number {
  return statements.slice(0, at).join(BREAK).split('\n').length - 1
}

function withoutComments(statement: string): string {
  return statement.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '')
}

import { expect, test } from 'vitest'
import { baselineOf, readMigrations } from '../../src/db/migrate/migrations.ts'
import { findLocks } from './migration-locks.ts'

const migrations = readMigrations()

/** Checks a migration that is not in drizzle/. */
function findIn(...sql: string[]): string[] {
  const migration = { name: '9999_new', sql, folderMillis: 0, hash: '', bps: true }
  return findLocks([migration], baselineOf(migrations))
}

test('no migration locks a table that is in use for long', () => {
  expect(migrations.length).toBeGreaterThan(3)
  expect(findLocks(migrations).join('\n\n')).toBe('')
})

// Statements as drizzle-kit generates them.
test.each([
  ['ban-drop-column', 'ALTER TABLE "tidings"."runs" DROP COLUMN "error";', 'a later one drop it'],
  ['ban-drop-table', 'DROP TABLE "tidings"."run_keys" CASCADE;', 'a later one drop it'],
  [
    'changing-column-type',
    'ALTER TABLE "tidings"."attempts" ALTER COLUMN "number" SET DATA TYPE integer;',
    'a column of the new type beside it',
  ],
  [
    'adding-not-nullable-field',
    'ALTER TABLE "tidings"."deliveries" ALTER COLUMN "subject" SET NOT NULL;',
    'NOT VALID',
  ],
  [
    'adding-required-field',
    'ALTER TABLE "tidings"."runs" ADD COLUMN "origin" text NOT NULL;',
    'constant default',
  ],
  [
    'require-concurrent-index-creation',
    'CREATE INDEX "runs_error_idx" ON "tidings"."runs" USING btree ("error");',
    'CREATE INDEX CONCURRENTLY into CHANGELOG.md',
  ],
  [
    'ban-concurrent-index-creation-in-transaction',
    'CREATE INDEX CONCURRENTLY "users_email_idx" ON "users" USING btree ("email");',
    'declare it in src/db/schema.ts without concurrently(); migrate builds it CONCURRENTLY',
  ],
  [
    'require-concurrent-index-deletion',
    'DROP INDEX "tidings"."runs_created_at_idx";',
    'DROP INDEX CONCURRENTLY into CHANGELOG.md',
  ],
  [
    'adding-foreign-key-constraint',
    'ALTER TABLE "tidings"."events" ADD CONSTRAINT "events_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "tidings"."runs"("id") ON DELETE no action ON UPDATE no action;',
    'NOT VALID',
  ],
  [
    'constraint-missing-not-valid',
    'ALTER TABLE "tidings"."runs" ADD CONSTRAINT "runs_type_check" CHECK (type <> \'\');',
    'NOT VALID',
  ],
  [
    'disallowed-unique-constraint',
    'ALTER TABLE "tidings"."deliveries" ADD CONSTRAINT "deliveries_provider_id_unique" UNIQUE("provider_id");',
    'uniqueIndex()',
  ],
])('%s is refused, with what to do instead', (rule, statement, advice) => {
  const told = findIn('CREATE TABLE "tidings"."notes" ("id" uuid);\n', `\n${statement}`)
  expect(told).toContainEqual(
    expect.stringMatching(new RegExp(`^drizzle/9999_new\\.sql:3 ${rule}: .+\\n  Instead: `)),
  )
  expect(told.join('\n')).toContain(advice)
  expect(told.join('\n')).toContain(`squawk-ignore ${rule}`)
})

test.each([
  'ALTER TABLE "users" ADD COLUMN "phone" text;',
  'ALTER TABLE "public"."notifications" ALTER COLUMN "title" DROP NOT NULL;',
  'CREATE UNIQUE INDEX "users_phone_idx" ON "users" USING btree ("phone");',
  '-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX "x_idx" ON "notifications" USING btree ("title");',
  `ALTER TYPE "public"."notification_type" ADD VALUE 'song_released';`,
  'CREATE TABLE "tidings"."notes" ("user_id" uuid REFERENCES "public"."users"("userid"));',
  'UPDATE users SET username = email;',
])('what is the host’s is left alone: %s', statement => {
  const told = findIn(statement)
  expect(told).toContainEqual(expect.stringMatching(/^drizzle\/9999_new\.sql:1 host: .+ the host/))
  expect(told.join('\n')).toContain('migrate builds it CONCURRENTLY')
})

test('statements without long locks, and statements on new tables, pass', () => {
  const told = findIn(
    'CREATE TABLE "tidings"."notes" ("id" uuid PRIMARY KEY, "users" text, "run_id" uuid NOT NULL);',
    '\nCREATE UNIQUE INDEX "notes_users_idx" ON "tidings"."notes" USING btree ("users");',
    '\nALTER TABLE "tidings"."notes" ADD CONSTRAINT "notes_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "tidings"."runs"("id") ON DELETE no action ON UPDATE no action;',
    '\nALTER TABLE "tidings"."runs" ADD COLUMN "origin" text DEFAULT \'api\' NOT NULL;',
    '\nALTER TABLE "tidings"."runs" ADD CONSTRAINT "runs_check" CHECK (type <> \'\') NOT VALID;',
    '\nCREATE INDEX "notifications_title_idx" ON "notifications" USING btree ("title");',
    '\n-- One row a provider account.\n-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX "lanes_idx" ON "tidings"."lanes" USING btree ("next_at");',
  )
  expect(told).toEqual([])
})

test('a migration that cannot be parsed does not pass', () => {
  expect(findIn('ALTER TABLE "tidings"."runs" DROP COLUMN;').join()).toContain('syntax-error')
})

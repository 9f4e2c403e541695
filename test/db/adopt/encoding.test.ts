import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { runDatabaseChecks } from '../../../src/app/check-database.ts'
import { describeError } from '../../../src/cli/describe-error.ts'
import { readConfig } from '../../../src/config/config.ts'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { applyMigrations } from '../../../src/db/migrate/migrate.ts'
import { makeFolder, STACK, tidings } from '../../support/command.ts'
import { makeHost } from '../../support/foreign-host.ts'

test.each(['LATIN1', 'SQL_ASCII'])(
  'migrate, adopt and doctor refuse a database in %s and say what to do',
  async encoding => {
    const { db, url } = await makeHost({ encoding })
    const reason = new RegExp(`encoding is ${encoding}.+UTF8.+Nothing was changed.+pg_restore`)
    await expect(applyMigrations(url)).rejects.toThrow(reason)
    await expect(adoptDatabaseTables(url)).rejects.toThrow(reason)
    const config = readConfig({
      ...{ DATABASE_URL: url, API_TOKEN: 'a', CRON_SECRET: 'c', LINK_SECRET: 'l' },
    })
    const findings = await runDatabaseChecks(
      { url, config, isEmbedded: false },
      { limitMs: 15_000, describeError, onBegin: () => {}, onDone: () => {} },
    )
    expect(findings.find(({ check }) => check === 'encoding')).toMatchObject({
      ...{ status: 'fail', fix: expect.stringContaining('pg_restore') },
      found: expect.stringContaining(encoding),
    })
    expect(await db.execute(sql`select from pg_namespace where nspname = 'tidings'`)).toEqual([])
  },
)

test('the dry run of adopt refuses it with one sentence and exit code 78', async () => {
  const { url } = await makeHost({ encoding: 'LATIN1' })
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const { code, stdout, stderr } = await tidings(['adopt', '--dry-run'], options)
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
  expect(stderr).toMatch(/encoding is LATIN1.+UTF8.+pg_restore/)
  expect(stderr).not.toMatch(STACK)
})

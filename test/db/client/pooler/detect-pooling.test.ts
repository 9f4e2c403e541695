import { beforeEach, describe, expect, test } from 'vitest'
import { detectPooling, SessionRequiredError } from '../../../../src/db/client/detect-pooling.ts'
import { applyMigrations, countMissing } from '../../../../src/db/migrate/migrate.ts'
import { createDatabase } from '../../../support/database.ts'
import { startPgBouncer } from '../../../support/pgbouncer.ts'
import { requireTool } from '../../../support/tools.ts'

test('PostgreSQL itself keeps a session', async () => {
  const { url } = await createDatabase()
  expect(await detectPooling(url)).toBe('session')
})

describe('PgBouncer', () => {
  beforeEach(requireTool('pgbouncer'))

  test('PgBouncer in session mode keeps a session', async () => {
    const { url } = await createDatabase()
    const pooler = await startPgBouncer(url, { mode: 'session' })
    expect(await detectPooling(pooler.url)).toBe('session')
  })

  test.each([1, 2, 5])(
    'PgBouncer in transaction mode with %i connections does not',
    async poolSize => {
      const { url } = await createDatabase()
      const pooler = await startPgBouncer(url, { poolSize })
      expect(await detectPooling(pooler.url)).toBe('transaction')
    },
  )

  test('schema changes refuse PgBouncer in transaction mode, and lock nothing', async () => {
    const { db, url } = await createDatabase({ template: 'template0' })
    const pooler = await startPgBouncer(url)

    const refused = applyMigrations(pooler.url)
    await expect(refused).rejects.toThrow(SessionRequiredError)
    await expect(refused).rejects.toThrow('DIRECT_URL')

    expect(
      await db.execute(`select from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())`),
    ).toHaveLength(0)
    expect(await applyMigrations(url)).toBeGreaterThan(0)
    expect(await countMissing(db)).toBe(0)
  })
})

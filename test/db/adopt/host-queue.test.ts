import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { getRollbackPlans } from 'pg-boss'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { runDatabaseChecks } from '../../../src/app/check-database.ts'
import { describeError } from '../../../src/cli/describe-error.ts'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { grantStatements } from '../../../src/db/migrate/grants.ts'
import { applyMigrations, countMissing } from '../../../src/db/migrate/migrate.ts'
import { ForeignQueueError, findForeignQueue } from '../../../src/db/migrate/queue-schema.ts'
import { installQueue, wantedQueueVersion } from '../../../src/queue/install-queue.ts'
import { makeFolder, STACK, tidings } from '../../support/command.ts'
import { createDatabase } from '../../support/database.ts'
import { addHostUser, describeHost, makeHost } from '../../support/foreign-host.ts'
import { foreignQueues } from '../../support/foreign-queue.ts'
import { startService } from '../../support/service.ts'

const version = wantedQueueVersion()
const queue = { name: 'pgboss', version }

test.each(Object.entries(foreignQueues))(
  'a host’s own queue is refused before anything is written: %s',
  async (_name, changes) => {
    const { db, url } = await makeHost({ changes })
    const before = [await describeHost(db), await describeHost(db, 'pgboss')]

    const { adopted, report } = await adoptDatabaseTables(url, { queue })

    expect(adopted).toBe(false)
    expect(report.foreignQueue).toMatch(/^the schema pgboss /)
    expect([await describeHost(db), await describeHost(db, 'pgboss')]).toEqual(before)
    expect([...(await db.execute(sql`select to_regnamespace('tidings') as there`))]).toEqual([
      { there: null },
    ])
  },
)

test('beside a host’s own pg-boss, QUEUE_SCHEMA is the way out for every command', async () => {
  const database = await makeHost({ changes: foreignQueues['pg-boss 10'] ?? '' })
  const { db, url } = database
  await addHostUser(db, 'mara', { unread: ['1 hour'] })
  const before = await describeHost(db, 'pgboss')
  const cwd = await makeFolder()
  const own = { cwd, env: { DATABASE_URL: url, QUEUE_SCHEMA: 'tidings_queue' } }
  const shared = { cwd, env: { DATABASE_URL: url } }

  const dry = await tidings(['adopt', '--dry-run'], shared)
  const refused = await tidings(['adopt'], shared)
  for (const { code, stdout, stderr } of [dry, refused]) {
    expect({ code, stderr }).toEqual({ code: 78, stderr: '' })
    expect(stdout).toContain('pg-boss in schema version 24 with 1 other queue')
    expect(stdout).toContain('Set QUEUE_SCHEMA to the name of another schema')
  }
  expect(await countMissing(db)).toBeGreaterThan(1)

  expect(await tidings(['adopt'], own)).toMatchObject({ code: 0 })
  const others = await Promise.all(
    [['migrate'], ['run', 'all'], ['doctor']].map(args => tidings(args, shared)),
  )
  expect(others.map(({ code }) => code)).toEqual([78, 78, 2])
  for (const { stdout, stderr } of others) {
    expect(stdout + stderr).toContain('Set QUEUE_SCHEMA to the name of another schema')
    expect(stderr).not.toMatch(STACK)
  }
  expect(await describeHost(db, 'pgboss')).toEqual(before)

  const [granted, stale] = await Promise.all([
    tidings(['grants', '--role', 'x'], own),
    tidings(['migrate'], own),
  ])
  expect(granted.stdout).toContain('ON ALL TABLES IN SCHEMA "tidings_queue" TO "x"')
  expect(granted.stdout).not.toContain('pgboss')
  expect(stale).toMatchObject({ code: 0, stdout: 'nothing to migrate\n' })
  const role = `tidings_${randomUUID().slice(0, 8)}`
  const grants = grantStatements(role, 'public', { queueSchema: 'tidings_queue' }).join('\n')
  await db.execute(sql.raw(`create role ${role} login password 'x'; ${grants}`))
  const roleUrl = Object.assign(new URL(url), { username: role, password: 'x' }).href
  const env = { QUEUE_SCHEMA: 'tidings_queue' }
  const service = await startService({ database: { db, url: roleUrl }, env })
  expect(await service.run()).toMatchObject({ status: 'completed', counts: { sent: 1 } })
  const check = () =>
    runDatabaseChecks(
      { url: roleUrl, config: service.config, isEmbedded: false },
      { limitMs: 15_000, describeError, onBegin: () => {}, onDone: () => {} },
    )
  const findings = await check()
  expect(findings.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'queue', found: `tidings_queue has version ${version}` }),
  )
  await db.execute(
    sql.raw(`
    grant create on schema tidings_queue to public;
    revoke usage on all sequences in schema tidings_queue from ${role};
    revoke delete on tidings_queue.queue from ${role}`),
  )
  const fixes = (await check()).flatMap(({ fix }) => fix ?? [])
  expect(fixes).toEqual([
    expect.stringMatching(/^GRANT .* IN SCHEMA "tidings_queue" TO/),
    'REVOKE CREATE ON SCHEMA "tidings_queue" FROM PUBLIC;',
  ])
  await service.app.stop()
  await db.execute(sql.raw(`drop owned by ${role}; drop role ${role}`))

  const [jobs] = await db.execute(
    sql`select count(*)::int > 0 as some from tidings_queue.job where name = 'deliver'`,
  )
  expect(jobs).toEqual({ some: true })
  expect(await describeHost(db, 'pgboss')).toEqual(before)
})

test('a host that an earlier version adopted without a queue gets one', async () => {
  const { db, url } = await makeHost({ changes: foreignQueues['pg-boss 9'] ?? '' })
  await adoptDatabaseTables(url)
  const env = { DATABASE_URL: url, QUEUE_SCHEMA: 'tidings_queue' }

  const { stdout } = await tidings(['adopt'], { cwd: await makeFolder(), env })

  expect(stdout).toBe('queue installed in the schema tidings_queue\n')
  expect(await findForeignQueue(db, { name: 'tidings_queue', version })).toBeNull()
  const [row] = await db.execute(sql`select count(*)::int as queues from tidings_queue.queue`)
  expect(row?.queues).toBeGreaterThanOrEqual(4)
})

test('a service does not start on a queue of another program', async () => {
  const { db, ownerUrl } = await createDatabase()
  await db.execute(sql.raw(`drop schema pgboss cascade; ${foreignQueues['pg-boss 10']}`))
  const database = { db, url: ownerUrl }
  await expect(startService({ database })).rejects.toThrow(ForeignQueueError)
})

test('Tidings’ own older queue is upgraded, also under a name that needs quotes', async () => {
  const { db, url } = await createDatabase({ template: 'template0' })
  const name = 'order'
  const options = { queue: { name, version } }
  await applyMigrations(url, options)
  await installQueue(url, name)
  const psql = postgres(url, { max: 1, onnotice: () => {} })
  await psql.unsafe(getRollbackPlans(`"${name}"`, version)).finally(() => psql.end())
  // Version 0.2 had no queue for delayed runs.
  await db.execute(sql`delete from "order".queue where name = 'delayed-run'`)
  const read = async () => [...(await db.execute(sql`select version from "order".version`))]
  expect(await read()).toEqual([{ version: version - 1 }])

  expect(await findForeignQueue(db, options.queue)).toBeNull()
  expect(await applyMigrations(url, options)).toBe(0)
  await installQueue(url, name)

  expect(await read()).toEqual([{ version }])
})

test('an installation that was interrupted, or runs elsewhere, is not another program’s', async () => {
  const { db } = await createDatabase()
  const remaining = async (queues: string) => {
    await db.execute(sql.raw(`delete from pgboss.queue where name in (${queues})`))
    return findForeignQueue(db, queue)
  }
  expect(await remaining("'housekeeping'")).toBeNull()
  expect(await remaining("'scan', 'deliver', 'scheduled-run'")).toBeNull()
  await db.execute(sql`drop schema pgboss cascade; create schema pgboss`)
  expect(await findForeignQueue(db, queue)).toBeNull()
})

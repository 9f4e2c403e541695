import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../../../src/db/client/connect.ts'
import { createDatabase } from '../../../support/database.ts'
import { expectConsistent } from '../../../support/expect-consistent.ts'
import { openNode, untilSettled } from '../../../support/faulty-connection.ts'
import { addDueUsers, addNotification } from '../../../support/host.ts'
import { openQueueClient, until } from '../../../support/jobs.ts'
import { startPgBouncer } from '../../../support/pgbouncer.ts'
import { openProvider, startService } from '../../../support/service.ts'
import { requireTool } from '../../../support/tools.ts'

beforeEach(requireTool('pgbouncer'))

/** A logger whose lines can be read. */
function capturingLogger() {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: line => void lines.push(JSON.parse(line)) })
  const faults = () => lines.filter(line => Number(line.level) >= 40)
  return { lines, logger, faults }
}

const NOTHING = { prepared: [], channels: [], settings: [], locks: 0 }

/** What the two sessions behind a pooler still hold, as seen from within. */
async function leftInSessions(url: string) {
  const { db, close } = connect(url, { max: 2, ownSettings: true })
  onTestFinished(close)
  const rows = await db.transaction(one =>
    db.transaction(async other => {
      const backends = [one, other].map(async tx => {
        // SET leaves the source `session`. PgBouncer itself passes on each client's
        // application_name; SET TRANSACTION leaves this source, but not the value.
        const [row] = await tx.execute<{ pid: number; left: typeof NOTHING }>(sql`
          select pg_backend_pid() as pid, json_build_object(
            'prepared', array(select name from pg_prepared_statements),
            'channels', array(select pg_listening_channels()),
            'settings', array(select name from pg_settings
              where source = 'session'
                and name not in ('application_name', 'transaction_isolation')),
            'locks', (select count(*) from pg_locks
              where locktype = 'advisory' and pid = pg_backend_pid())) as left`)
        return row
      })
      return Promise.all(backends)
    }),
  )
  expect(new Set(rows.map(row => row?.pid)).size).toBe(2)
  return rows.map(row => row?.left)
}

test('two nodes share two connections and email every user once', { timeout: 60_000 }, async () => {
  const database = await createDatabase()
  const { db, url } = database
  const pooler = await startPgBouncer(url, { poolSize: 2 })
  const provider = await openProvider()
  const userIds = await addDueUsers(db, 250)
  const through = { db, url: pooler.url }
  const logged = capturingLogger()
  const options = { database: through, provider, logger: logged.logger }

  const first = await startService(options)
  await startService(options)
  const run = await first.run()

  expect(run).toMatchObject({ status: 'completed', counts: { sent: 250 } })
  await expectConsistent(db, provider.mailbox, 250)
  // They are shared: each process has two pools, and the queue keeps working.
  const { servers, clients } = await pooler.connections()
  expect(servers).toBeLessThanOrEqual(2)
  expect(clients).toBeGreaterThan(4)
  expect(logged.lines).toContainEqual(
    expect.objectContaining({ pooling: 'transaction', detected: true, listen: 'polling' }),
  )
  expect(logged.faults()).toEqual([])

  // Jobs start promptly without LISTEN: a run for one user is a scan job and a batch job.
  await addNotification(db, userIds[0] ?? '')
  const startedAt = performance.now()
  expect(await first.run({ type: 'new_notifications' })).toMatchObject({ counts: { sent: 1 } })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  // So does the schedule, from another client of the pooler.
  const queue = await openQueueClient(pooler.url)
  await addNotification(db, userIds[1] ?? '')
  await queue.send('scheduled-run', null)
  await until(async () => expect(provider.mailbox.count).toBe(252))
  expect(await leftInSessions(pooler.url)).toEqual([NOTHING, NOTHING])
})

test('with DIRECT_URL the workers listen on a direct connection', { timeout: 60_000 }, async () => {
  const { db, url } = await createDatabase()
  const pooler = await startPgBouncer(url)
  await addDueUsers(db, 1)
  const logged = capturingLogger()
  const service = await startService({
    database: { db, url: pooler.url },
    logger: logged.logger,
    env: { DIRECT_URL: url },
  })

  const [listening] = await db.execute<{ count: number }>(sql`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and query like 'LISTEN%'
        and application_name = 'tidings-queue'`)
  expect(listening?.count).toBe(1)
  expect(logged.lines).toContainEqual(
    expect.objectContaining({ pooling: 'transaction', listen: 'DIRECT_URL' }),
  )
  expect(await service.run()).toMatchObject({ counts: { sent: 1 } })
  await service.app.stop()
  expect(logged.faults()).toEqual([])
})

test.each([
  { where: 'nowhere', warning: 'unreachable at DIRECT_URL' },
  { where: 'through the pooler as well', warning: 'DIRECT_URL also goes through a pooler' },
])('a DIRECT_URL that leads $where only disables listening', async ({ where, warning }) => {
  const { db, url } = await createDatabase()
  const pooler = await startPgBouncer(url)
  await addDueUsers(db, 1)
  const logged = capturingLogger()
  const direct = new URL(pooler.url)
  if (where === 'nowhere') direct.port = '1'
  const service = await startService({
    database: { db, url: pooler.url },
    logger: logged.logger,
    env: { DIRECT_URL: direct.href },
  })
  expect(logged.lines).toContainEqual(expect.objectContaining({ listen: 'polling' }))
  expect(logged.faults()).toEqual([
    expect.objectContaining({ msg: expect.stringContaining(warning) }),
  ])
  expect(await service.run()).toMatchObject({ counts: { sent: 1 } })
})

test('DATABASE_POOLER=transaction is trusted: nothing listens, and jobs are processed', async () => {
  const { db, url } = await createDatabase()
  await addDueUsers(db, 1)
  const logged = capturingLogger()
  const service = await startService({
    database: { db, url },
    logger: logged.logger,
    env: { DATABASE_POOLER: 'transaction' },
  })

  expect(logged.lines).toContainEqual(
    expect.objectContaining({ pooling: 'transaction', listen: 'polling' }),
  )
  expect(logged.lines).not.toContainEqual(expect.objectContaining({ detected: true }))
  const listening = await db.execute(sql`
    select from pg_stat_activity where datname = current_database() and query like 'LISTEN%'`)
  expect(listening).toHaveLength(0)
  expect(await service.run()).toMatchObject({ counts: { sent: 1 } })
})

test('if the pooler restarts during a run, every user is emailed exactly once', {
  timeout: 90_000,
}, async () => {
  const { db, url } = await createDatabase()
  const pooler = await startPgBouncer(url)
  const provider = await openProvider()
  await addDueUsers(db, 500)
  const node = await openNode(pooler.url, provider.baseUrl, { RATE_LIMIT: '8' })
  let outage: Promise<void> | undefined
  provider.mailbox.onAccepted(() => {
    outage ??= pooler.kill().then(pooler.start)
  })

  expect(await node.startRun()).toBe(true)
  await untilSettled(db)

  await outage
  expect(outage).toBeDefined()
  expect(node.child.exitCode).toBeNull()
  await expectConsistent(db, provider.mailbox, 500)
})

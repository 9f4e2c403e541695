import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { runs } from '../../src/db/schema.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers } from '../support/host.ts'
import { openQueueClient, readJobs, until } from '../support/jobs.ts'
import { openProvider, startService } from '../support/service.ts'

const scheduledRuns = (db: Database) => db.select().from(runs).where(eq(runs.trigger, 'schedule'))

const TICK = 'scheduled-run'

/** The jobs of ticks to come. */
const readTicks = (db: Database) =>
  db.execute<{ cron: string; zone: string; at: string }>(`
    select data->>'cron' as cron, data->>'timeZone' as zone, data->>'at' as at
    from pgboss.job where name = '${TICK}' and state < 'active' order by created_on`)

test('two nodes make up for a missed tick with one run, and plan the next one', async () => {
  const database = await createDatabase()
  const provider = await openProvider()
  const { db } = database
  await addDueUsers(db, 3)
  const options = {
    database,
    provider,
    env: { SCHEDULE: '0 6 * * *', SCHEDULE_TZ: 'Asia/Kathmandu' },
  }
  const before = await startService(options)
  await before.app.stop()
  // The tick was due ten minutes ago.
  await db.execute(`update pgboss.job set start_after = now() - interval '10 minutes'
    where name = '${TICK}'`)

  await Promise.all([startService(options), startService(options)])

  await until(async () => {
    expect(await scheduledRuns(db)).toMatchObject([{ status: 'completed', type: 'all' }])
    expect(await readTicks(db)).toMatchObject([{ cron: '0 6 * * *', zone: 'Asia/Kathmandu' }])
  })
  expect(provider.mailbox.count).toBe(3)
})

test('a tick whose job is lost is planned again', async () => {
  const { db } = await startService({ env: { SCHEDULE: '0 6 * * *' } })
  const [planned] = await readTicks(db)
  await db.execute(`delete from pgboss.job where name = '${TICK}'`)
  await until(async () => expect(await readTicks(db)).toEqual([planned]))
})

test('a tick starts one run, even if the clock of the database is ahead', async () => {
  const { db } = await startService({ env: { SCHEDULE: '0 6 * * *' } })
  const [planned] = await readTicks(db)
  const dayAfter = new Date(Date.parse(planned?.at ?? '') + 86_400_000).toISOString()
  await until(async () => {
    await db.execute(`update pgboss.job set start_after = now()
      where name = '${TICK}' and data->>'at' = '${planned?.at}'`)
    expect(await readTicks(db)).toMatchObject([{ at: dayAfter }])
  })
  await until(async () => expect(await scheduledRuns(db)).toHaveLength(1))
})

test('a tick that is processed twice starts one run', async () => {
  const { db, url } = await startService()
  const queue = await openQueueClient(url)
  const id = await queue.send('scheduled-run', null)
  const done = async () => {
    expect(await readJobs(db, 'scheduled-run')).toMatchObject([{ id, state: 'completed' }])
  }
  await until(done)
  const [first] = await scheduledRuns(db)

  await db.execute(`update pgboss.job set state = 'created', started_on = null, completed_on = null
    where name = 'scheduled-run'`)
  await until(done)

  expect((await scheduledRuns(db)).map(run => run.id)).toEqual([first?.id])
})

test('two ticks start two runs', async () => {
  const { db, url } = await startService()
  const queue = await openQueueClient(url)
  for (const times of [1, 2]) {
    await queue.send('scheduled-run', null)
    await until(async () => {
      const ended = (await scheduledRuns(db)).filter(run => run.status === 'completed')
      expect(ended).toHaveLength(times)
    })
  }
})

test('the last node that starts sets the schedule, and off removes it', async () => {
  const database = await createDatabase()
  const provider = await openProvider()
  const { db } = database
  const start = async (env: Record<string, string>) => {
    const { app } = await startService({ database, provider, env })
    await app.stop()
  }

  await start({ SCHEDULE: '0 6 * * *', SCHEDULE_TZ: 'Europe/Berlin' })
  expect(await readTicks(db)).toMatchObject([{ cron: '0 6 * * *', zone: 'Europe/Berlin' }])
  await start({ SCHEDULE: '30 7 * * 1' })
  expect(await readTicks(db)).toMatchObject([{ cron: '30 7 * * 1', zone: 'UTC' }])
  await start({ SCHEDULE: 'off' })
  expect(await readTicks(db)).toEqual([])
})

test("an older version's schedule in pg-boss is removed", async () => {
  const database = await createDatabase()
  const start = () => startService({ database, env: { SCHEDULE: '0 6 * * *' } })
  const { app, url } = await start()
  await app.stop()
  const queue = await openQueueClient(url)
  await queue.schedule(TICK, '0 5 * * *')

  await start()

  expect(await queue.getSchedules(TICK)).toEqual([])
})

test('a node without workers does not change the schedule', async () => {
  const database = await createDatabase()
  await startService({ database, env: { SCHEDULE: '0 6 * * *' } })

  await startService({ database, env: { SCHEDULE: 'off', ROLE: 'api' } })

  expect(await readTicks(database.db)).toHaveLength(1)
})

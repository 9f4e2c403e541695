import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { runs } from '../../src/db/schema.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers } from '../support/host.ts'
import { openQueueClient, readJobs, until } from '../support/jobs.ts'
import { openProvider, startService } from '../support/service.ts'

const scheduledRuns = (db: Database) => db.select().from(runs).where(eq(runs.trigger, 'schedule'))

const readSchedules = (db: Database) =>
  db.execute(`select name, cron, timezone from pgboss.schedule where name = 'scheduled-run'`)

test('two nodes make up for a missed scheduled time with one run', async () => {
  const database = await createDatabase()
  const provider = await openProvider()
  const { db } = database
  await addDueUsers(db, 3)
  // A schedule that matched ten minutes ago in a time zone other than UTC.
  const SCHEDULE_TZ = 'Asia/Kathmandu'
  const [hour, minute] = new Date(Date.now() - 600_000)
    .toLocaleTimeString('en-GB', { timeZone: SCHEDULE_TZ, hour: '2-digit', minute: '2-digit' })
    .split(':')
  const options = {
    database,
    provider,
    env: { SCHEDULE: `${Number(minute)} ${Number(hour)} * * *`, SCHEDULE_TZ },
  }
  const before = await startService(options)
  await before.app.stop()
  await db.execute(`update pgboss.schedule set created_on = created_on - interval '2 hours'`)
  await db.execute(`update pgboss.version set cron_on = now() - interval '2 hours'`)

  await Promise.all([startService(options), startService(options)])

  await until(async () => {
    expect(await readJobs(db, 'scheduled-run')).toMatchObject([{ state: 'completed' }])
    expect(await scheduledRuns(db)).toMatchObject([{ status: 'completed', type: 'all' }])
  })
  expect(provider.mailbox.count).toBe(3)
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
  const start = (env: Record<string, string>) => startService({ database, provider, env })

  await start({ SCHEDULE: '0 6 * * *', SCHEDULE_TZ: 'Europe/Berlin' })
  const name = 'scheduled-run'
  expect(await readSchedules(database.db)).toEqual([
    { name, cron: '0 6 * * *', timezone: 'Europe/Berlin' },
  ])
  await start({ SCHEDULE: '30 7 * * 1' })
  expect(await readSchedules(database.db)).toEqual([{ name, cron: '30 7 * * 1', timezone: 'UTC' }])
  await start({ SCHEDULE: 'off' })
  expect(await readSchedules(database.db)).toEqual([])
})

test('a node without workers does not change the schedule', async () => {
  const database = await createDatabase()
  await startService({ database, env: { SCHEDULE: '0 6 * * *' } })

  await startService({ database, env: { SCHEDULE: 'off', ROLE: 'api' } })

  expect(await readSchedules(database.db)).toHaveLength(1)
})

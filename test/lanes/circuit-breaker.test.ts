import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { findBreach } from '../../src/core/send/breaker.ts'
import { waitForRun } from '../../src/core/trigger/wait-for-run.ts'
import type { Database } from '../../src/db/connect.ts'
import { resumeLane } from '../../src/db/send/resume-lane.ts'
import { call } from '../http/client.ts'
import { addDueUsers } from '../setup/host.ts'
import { startService } from '../setup/service.ts'
import { laneOf, listen, until } from './lane-parts.ts'

const tell = (db: Database, progress: string, count: number) =>
  db.execute(sql`
    update tidings.deliveries set progress = ${progress}, progress_at = now()
    where id in (select id from tidings.deliveries where progress is null
      order by closed_at limit ${count})`)

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

test.each([
  [{ accepted: 500, bounced: 31, complained: 0 }, /^bounce_rate: 6.2 % of 500 .*limit 4 %/],
  [{ accepted: 500, bounced: 20, complained: 0 }, null],
  [{ accepted: 99, bounced: 99, complained: 0 }, null],
  [{ accepted: 100, bounced: 5, complained: 0 }, /^bounce_rate: 5 % /],
  [{ accepted: 50, bounced: 0, complained: 1 }, null],
  [{ accepted: 2_499, bounced: 0, complained: 2 }, /^complaint_rate: 0.08 % .*limit 0.08 %/],
  [{ accepted: 2_500, bounced: 0, complained: 2 }, null],
  [{ accepted: 0, bounced: 0, complained: 2 }, /^complaint_rate: /],
])('%o', (reputation, expected) => {
  const breach = findBreach(reputation)
  if (expected) expect(breach).toMatch(expected)
  else expect(breach).toBeNull()
})

test('too many bounces stop the lane until somebody resumes it, which forgives them', async () => {
  const { logger, lines } = listen()
  const { app, db, mailbox, run } = await startService({ logger, timing: { sweepEvery: 100 } })
  await addDueUsers(db, 200)
  await run()
  await tell(db, 'bounced', 8)
  await pause(400)
  expect((await laneOf(db)).stopped_reason).toBeNull()
  await tell(db, 'bounced', 1)
  const reason = 'bounce_rate: 4.5 % of 200 emails bounced in 24 h (limit 4 %)'
  await until(async () => expect((await laneOf(db)).stopped_reason).toBe(reason))

  await addDueUsers(db, 150)
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  await pause(600)
  expect(mailbox.count).toBe(200)
  expect((await app.runs.find(id))?.paused).toEqual({ reason, until: null, stopped: true })
  const ready = await call({ app }, '/health/ready')
  expect(ready).toMatchObject({ status: 200, json: { status: 'degraded' } })
  expect(ready.json.checks.lane).toMatch(/bounce_rate: .*npm run tidings -- resume/)

  expect(await resumeLane(db, 'resend')).toBe(reason)
  expect(await resumeLane(db, 'resend')).toBeNull()
  await waitForRun(app.runs, id, { every: 20 })
  // A bounce that comes late is of an email from before.
  await tell(db, 'bounced', 20)
  await pause(400)
  expect((await laneOf(db)).stopped_reason).toBeNull()
  expect(mailbox.count).toBe(350)
  expect(lines).toMatchObject([{ level: 'error', reason }])
})

test('two complaints stop it, also when a refused key has; what is old counts no more', async () => {
  const { db, provider, run } = await startService({ timing: { sweepEvery: 100 } })
  await addDueUsers(db, 3)
  await run()
  // At once: between two statements a sweep would find complaints of today.
  await db.execute(`update tidings.deliveries set progress = 'complained',
    progress_at = now() - interval '25 hours', closed_at = now() - interval '26 hours'
    where id in (select id from tidings.deliveries limit 2)`)
  await pause(300)
  expect((await laneOf(db)).stopped_reason).toBeNull()

  await db.execute(`update tidings.lanes set stopped_reason = 'invalid_api_key: x',
    stopped_at = now(), stopped_until = 'probe', probe_at = now() + interval '1 hour'`)
  await db.execute(`update tidings.deliveries set progress_at = now() where progress is not null`)
  await until(async () => expect((await laneOf(db)).stopped_until).toBe('resumed'))
  expect((await laneOf(db)).stopped_reason).toMatch(/^complaint_rate: /)
  expect(provider.mailbox.count).toBe(3)
})

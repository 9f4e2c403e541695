import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { resumeSending } from '../../../src/db/send/resume-sending.ts'
import { call } from '../../support/client.ts'
import { addDueUsers } from '../../support/host.ts'
import { readJobs } from '../../support/jobs.ts'
import { accountOf, listen, until } from '../../support/sending-parts.ts'
import { startService } from '../../support/service.ts'

const report = (db: Database, progress: string, count: number) =>
  db.execute(sql`
    update tidings.deliveries set progress = ${progress}, progress_at = now()
    where id in (select id from tidings.deliveries where progress is null limit ${count})`)

test('too many bounces stop sending until an operator resumes it', async () => {
  const { logger, lines } = listen()
  const { app, db, mailbox, run } = await startService({ logger, timing: { rescueEvery: 100 } })
  await addDueUsers(db, 200)
  await run()
  await report(db, 'bounced', 9)
  const reason = 'bounce_rate: 4.5 % of 200 emails bounced in 24 h (limit 4 %)'
  await until(async () => expect((await accountOf(db)).stopped_reason).toBe(reason))

  await addDueUsers(db, 150)
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  // Its batches are planned, and a worker has dropped their jobs.
  await until(async () => {
    expect((await app.runs.find(id))?.counts.due).toBe(150)
    const states = (await readJobs(db, 'deliver')).map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['completed']))
  })
  expect(mailbox.count).toBe(200)
  expect((await app.runs.find(id))?.paused).toEqual({ reason, until: null, stopped: true })
  const ready = await call({ app }, '/health/ready')
  expect(ready).toMatchObject({ status: 200, json: { status: 'degraded' } })
  expect(ready.json.checks.sending).toBe('stopped: bounce_rate')
  expect(ready.json.checks.lane).toBe(ready.json.checks.sending)

  expect(await resumeSending(db, 'resend', 'cli')).toBe(reason)
  expect(await resumeSending(db, 'resend', 'cli')).toBeNull()
  await waitForRun(app.runs, id, { every: 20 })
  expect(mailbox.count).toBe(350)
  expect(lines).toMatchObject([{ level: 'error', reason }])
})

test('two complaints stop sending, even if a refused key has stopped it already', async () => {
  const { db, provider, run } = await startService({ timing: { rescueEvery: 100 } })
  await addDueUsers(db, 3)
  await run()
  await db.execute(`update tidings.lanes set stopped_reason = 'invalid_api_key: x',
    stopped_at = now(), stopped_until = 'probe', probe_at = now() + interval '1 hour'`)
  await report(db, 'complained', 2)
  await until(async () => expect((await accountOf(db)).stopped_until).toBe('resumed'))
  expect((await accountOf(db)).stopped_reason).toMatch(/^complaint_rate: /)
  expect(provider.mailbox.count).toBe(3)
})

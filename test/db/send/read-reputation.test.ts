import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { createRateLimiter } from '../../../src/db/send/rate-limiter.ts'
import { readReputation } from '../../../src/db/send/read-reputation.ts'
import { resumeSending } from '../../../src/db/send/resume-sending.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import { accepted, claimNow, record } from '../../support/service-parts.ts'

const account = 'resend'

const report = (db: Database, progress: string, count: number) =>
  db.execute(sql`
    update tidings.deliveries set progress = ${progress}, progress_at = now()
    where id in (select id from tidings.deliveries where progress is null limit ${count})`)

async function send(db: Database, count: number): Promise<void> {
  const batch = await claimNow(db, await addDueUsers(db, count))
  await record(db, batch, accepted(batch))
}

async function prepare(count: number) {
  const { db } = await createDatabase()
  await createRateLimiter(db, { account })
  await send(db, count)
  return db
}

test('counts nothing while there are too few bounces to decide', async () => {
  const db = await prepare(100)
  await report(db, 'bounced', 3)
  expect(await readReputation(db, account)).toBeNull()
})

test('counts bounces, and accepted emails up to the decisive number', async () => {
  const db = await prepare(100)
  await send(db, 50)
  await report(db, 'bounced', 5)
  const limit = 5 / 0.04
  const read = { accepted: limit, bounced: 5, complained: 0, countedFrom: null }
  expect(await readReputation(db, account)).toEqual(read)
})

test('forgets complaints after a day', async () => {
  const db = await prepare(3)
  await report(db, 'complained', 2)
  expect(await readReputation(db, account)).toMatchObject({ accepted: 3, complained: 2 })
  await db.execute(`update tidings.deliveries set progress_at = now() - interval '25 hours',
    closed_at = now() - interval '26 hours' where progress is not null`)
  expect(await readReputation(db, account)).toBeNull()
})

test('ignores emails from before sending was resumed, even if they bounce later', async () => {
  const db = await prepare(100)
  await report(db, 'bounced', 20)
  await db.execute(`update tidings.lanes set stopped_reason = 'bounce_rate: x'`)
  await resumeSending(db, account, 'cli')
  expect(await readReputation(db, account)).toBeNull()
  await report(db, 'bounced', 20)
  expect(await readReputation(db, account)).toBeNull()
})

import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { UNPROVED_CODES } from '../../../src/core/audit/outcome.ts'
import { readStats } from '../../../src/db/audit/stats.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { deliveries } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addAttempt, failed, listAll } from '../../support/history.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { accepted, claim, claimNow, createJobs, record } from '../../support/service-parts.ts'

const at = (iso: string) => new Date(iso)
const nothing = {
  attempts: 0,
  accepted: 0,
  failed: 0,
  unknown: 0,
  pending: 0,
  delivered: 0,
  bounced: 0,
  complained: 0,
}

test('attempts are counted by hour or day, type and outcome; the end is exclusive', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  const add = (iso: string, fields = {}) => addAttempt(db, user, { sentAt: at(iso), ...fields })
  await add('2031-01-01T23:59:59.999Z')
  await add('2031-01-02T00:00:00Z')
  await add('2031-01-02T00:59:59.999Z', failed('render: no such template'))
  await add('2031-01-02T00:30:00Z', failed('timeout: no answer'))
  await add('2031-01-02T01:00:00Z', failed('pending: in flight'))
  await add('2031-01-02T01:00:00Z', { emailType: 'outstanding_reminder' })
  await add('2031-01-03T00:00:00Z')
  const range = { from: at('2031-01-02T00:00:00Z'), to: at('2031-01-03T00:00:00Z') }

  const hourly = await readStats(db, { ...range, by: 'hour' })
  expect(hourly.rows).toEqual([
    {
      ...nothing,
      at: range.from,
      type: 'new_notifications',
      attempts: 3,
      accepted: 1,
      failed: 1,
      unknown: 1,
    },
    {
      ...nothing,
      at: at('2031-01-02T01:00:00Z'),
      type: 'new_notifications',
      attempts: 1,
      pending: 1,
    },
    {
      ...nothing,
      at: at('2031-01-02T01:00:00Z'),
      type: 'outstanding_reminder',
      attempts: 1,
      accepted: 1,
    },
  ])
  const daily = await readStats(db, { ...range, by: 'day' })
  expect(daily.rows).toEqual([
    {
      ...nothing,
      at: range.from,
      type: 'new_notifications',
      attempts: 4,
      accepted: 1,
      failed: 1,
      unknown: 1,
      pending: 1,
    },
    { ...nothing, at: range.from, type: 'outstanding_reminder', attempts: 1, accepted: 1 },
  ])
  expect(daily).toMatchObject({ ...range, by: 'day', latency: null })
})

test('errors are grouped by code, the most frequent first, with the latest of each', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  const add = (hour: number, line: string) =>
    addAttempt(db, user, { sentAt: new Date(Date.UTC(2031, 0, 2, hour)), ...failed(line) })
  await add(1, 'validation_error: the first')
  await add(3, 'validation_error: the last')
  await add(2, 'validation_error: between')
  await add(1, 'network: reset')
  await add(2, 'It broke: badly')
  await add(1, 'also this')
  await add(1, 'pending: in flight')

  const { errors } = await readStats(db, {
    from: at('2031-01-02T00:00:00Z'),
    to: at('2031-01-03T00:00:00Z'),
    by: 'day',
  })

  expect(errors).toEqual([
    {
      code: 'validation_error',
      attempts: 3,
      count: 3,
      latest: at('2031-01-02T03:00:00Z'),
      example: 'validation_error: the last',
    },
    {
      code: 'other',
      attempts: 2,
      count: 2,
      latest: at('2031-01-02T02:00:00Z'),
      example: 'It broke: badly',
    },
    {
      code: 'network',
      attempts: 1,
      count: 1,
      latest: at('2031-01-02T01:00:00Z'),
      example: 'network: reset',
    },
  ])
})

test('an email counts once, by its final outcome, however often it was tried', async () => {
  const { db } = await createDatabase()
  const batch = await claimNow(db, await addDueUsers(db, 3))
  await record(db, batch, { kind: 'repeat', error: 'network: no answer' })
  const second = await claim(db, batch.id)
  if (!second) throw new Error('the batch was not repeated')
  expect((await readStats(db, around())).rows).toMatchObject([{ attempts: 6, pending: 3 }])
  await record(db, second, accepted(second))

  const afterOutage = await readStats(db, around())
  expect(afterOutage.rows).toMatchObject([{ attempts: 6, accepted: 3, failed: 0, unknown: 0 }])
  expect(afterOutage.errors).toMatchObject([{ code: 'network', attempts: 3, count: 0 }])

  // A refused key sends the users to a new batch: the attempts failed, the emails did not.
  const refused = await claimNow(db, await addDueUsers(db, 2))
  const { jobs, delivered } = createJobs()
  await record(db, refused, { kind: 'stop', error: 'invalid_api_key: no' }, jobs)
  const next = await claim(db, delivered[0] ?? '')
  if (!next) throw new Error('the users got no new batch')
  await record(db, next, accepted(next))

  const afterStop = await readStats(db, around())
  expect(afterStop.rows).toMatchObject([{ attempts: 10, accepted: 5, failed: 0 }])
  expect(afterStop.errors).toMatchObject([
    { code: 'network', count: 0 },
    { code: 'invalid_api_key', attempts: 2, count: 0 },
  ])
})

test('SQL and the core derive the same outcome from a row', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  const lines = [
    ...UNPROVED_CODES.map(code => `${code}: why`),
    'pending: in flight',
    'pending',
    'rate_limit_exceeded: too fast',
    'Timeout: of another program',
    'timeout without a colon',
    'timeout:',
    ': x',
    '',
    'pending: '.repeat(9),
    `${'x'.repeat(80)}: no code is as long`,
    'Ein Umlaut ä: 😀😀',
  ]
  const { from, to } = { from: at('2031-01-02T00:00:00Z'), to: at('2031-01-03T00:00:00Z') }
  for (const line of lines) await addAttempt(db, user, { sentAt: from, ...failed(line) })
  await addAttempt(db, user, { sentAt: from, success: false, errorMessage: null })

  const { rows } = await readStats(db, { from, to, by: 'day' })

  const count = { accepted: 0, failed: 0, unknown: 0, pending: 0 }
  for (const { outcome } of await listAll(db)) count[outcome] += 1
  expect(rows).toMatchObject([count])
  expect(count).toMatchObject({ unknown: UNPROVED_CODES.length + 1, pending: 3 })
})

async function acceptEmails(db: Database, count: number): Promise<string[]> {
  const userIds = await addDueUsers(db, count)
  const batch = await claimNow(db, userIds)
  await record(db, batch, accepted(batch))
  return userIds
}

const around = () => ({
  from: new Date(Date.now() - 86_400_000),
  to: new Date(Date.now() + 86_400_000),
  by: 'day' as const,
})

test("the progress reported by the provider's events is counted", async () => {
  const { db } = await createDatabase()
  const userIds = await acceptEmails(db, 5)
  const progresses = ['delivered', 'delivered', 'bounced', 'complained', null] as const
  for (const [index, progress] of progresses.entries()) {
    await db
      .update(deliveries)
      .set({ progress })
      .where(eq(deliveries.userId, userIds[index] ?? ''))
  }

  const { rows } = await readStats(db, around())

  expect(rows).toMatchObject([{ accepted: 5, delivered: 2, bounced: 1, complained: 1 }])
})

test('latency is measured from the oldest notification to acceptance, for new notifications only', async () => {
  const { db } = await createDatabase()
  const userIds = await acceptEmails(db, 100)
  for (const [index, userId] of userIds.entries()) {
    await db.execute(sql`update tidings.deliveries
      set oldest_at = closed_at - ${index + 1} * interval '1 second' where user_id = ${userId}`)
  }
  const late = await addUser(db)
  await addNotification(db, late, { days: 5 })
  const reminder = await claimNow(db, [late])
  await record(db, reminder, accepted(reminder))
  await db.execute(sql`update tidings.deliveries set email_type = 'outstanding_reminder'
    where user_id = ${late}`)

  const { latency } = await readStats(db, around())

  expect(latency).toEqual({ p50: 50.5, p90: 90.1, p99: 99.01 })
})

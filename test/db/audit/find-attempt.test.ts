import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { findAttempt } from '../../../src/db/audit/find-attempt.ts'
import { batches, deliveries, events, notifications } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addAttempt, failed, listAll } from '../../support/history.ts'
import { addNotification, addUser } from '../../support/host.ts'
import {
  accepted,
  addRun,
  claim,
  claimNow,
  emailsOf,
  endLease,
  record,
} from '../../support/service-parts.ts'

test('one attempt is returned with its user, run, notifications, content, attempts and events', async () => {
  const { db } = await createDatabase()
  const ada = await addUser(db, { name: 'Ada', email: 'ada@example.com' })
  const ben = await addUser(db, { name: 'Ben' })
  const older = await addNotification(db, ada, { days: 2, title: 'Older' })
  const newer = await addNotification(db, ada, { days: 1, title: 'Newer', message: 'Hm' })
  const gone = await addNotification(db, ada, { days: 3 })
  await addNotification(db, ben)
  const runId = await addRun(db)
  const first = await claimNow(db, [ben, ada], { runId })
  await record(db, first, { kind: 'repeat', error: 'timeout: no answer in time' })
  await endLease(db, first.id)
  const second = await claim(db, first.id)
  if (!second) throw new Error('nothing to repeat')
  await record(db, second, accepted(second))
  await db.delete(notifications).where(eq(notifications.id, gone))
  const [row] = await listAll(db, { userId: ada, success: true })
  const id = row?.id ?? ''
  const deliveryId = row?.delivery?.id ?? ''
  const event = (type: string, at: string) => ({
    id: `${type} ${at}`,
    deliveryId,
    providerId: 'x',
    type,
    happenedAt: new Date(at),
    detail: { why: type },
  })
  await db
    .insert(events)
    .values([
      event('email.delivered', '2031-01-01T00:00:02Z'),
      event('email.sent', '2031-01-01T00:00:01Z'),
    ])

  const found = await findAttempt(db, id)

  expect(found).toMatchObject({
    ...row,
    person: { name: 'Ada', address: 'ada@example.com' },
    run: { id: runId, type: 'all', trigger: 'http', status: 'running' },
    notifications: [
      { id: newer, title: 'Newer', message: 'Hm', isRead: false, isDeleted: false },
      { id: older, title: 'Older' },
    ],
    attempts: [
      { number: 1, outcome: 'unknown', errorMessage: 'timeout: no answer in time' },
      { number: 2, outcome: 'accepted', errorMessage: null, id },
    ],
    events: [
      { type: 'email.sent', happenedAt: new Date('2031-01-01T00:00:01Z') },
      { type: 'email.delivered', detail: { why: 'email.delivered' } },
    ],
  })
  expect(found?.notifications).toHaveLength(2)
  // Byte for byte as in the request, and her email, not his.
  const sent = emailsOf(second)
  const hers = sent.find(({ to }) => to.includes('ada@example.com'))
  expect(found?.content).toEqual({
    subject: hers?.subject,
    html: hers?.html,
    text: expect.stringContaining('Newer'),
  })
  expect(found?.delivery?.subject).toBe(hers?.subject)
})

test('the content disappears with the body, but the subject stays', async () => {
  const { db } = await createDatabase()
  const ada = await addUser(db, { name: 'Ada' })
  await addNotification(db, ada)
  const batch = await claimNow(db, [ada])
  await record(db, batch, accepted(batch))
  const [row] = await listAll(db)
  await db.update(batches).set({ body: null })

  const found = await findAttempt(db, row?.id ?? '')

  expect(found).toMatchObject({ content: null, delivery: { subject: 'For Ada' } })
})

test('an email that could not be rendered has neither subject nor content', async () => {
  const { db } = await createDatabase()
  const broken = await addUser(db, { name: 'broken' })
  const other = await addUser(db)
  await addNotification(db, broken)
  await addNotification(db, other)
  await claimNow(db, [broken, other])
  const [row] = await listAll(db, { userId: broken })

  const found = await findAttempt(db, row?.id ?? '')

  expect(found).toMatchObject({ outcome: 'failed', content: null, delivery: { subject: null } })
})

test('an attempt of another program is returned as stored, whatever its list of ids holds', async () => {
  const { db } = await createDatabase()
  const ada = await addUser(db, { name: 'Ada' })
  const kept = await addNotification(db, ada)
  const id = await addAttempt(db, ada, {
    notificationIds: ['', 'x', '{}', kept, randomUUID()],
    ...failed('It broke'),
  })

  expect(await findAttempt(db, id)).toMatchObject({
    outcome: 'failed',
    delivery: null,
    run: null,
    content: null,
    attempts: [],
    events: [],
    notifications: [{ id: kept }],
  })
  expect(await findAttempt(db, randomUUID())).toBeNull()
})

test('the time of the oldest notification is stored at the claim', async () => {
  const { db } = await createDatabase()
  const ada = await addUser(db)
  await addNotification(db, ada, { days: 1 })
  const oldest = await addNotification(db, ada, { days: 2 })
  await claimNow(db, [ada])

  const [row] = await db.select().from(notifications).where(eq(notifications.id, oldest))
  expect(await db.select().from(deliveries)).toMatchObject([{ oldestAt: row?.createdAt }])
})

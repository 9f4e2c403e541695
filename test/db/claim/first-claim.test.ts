import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { claimBatch } from '../../../src/db/claim/claim-batch.ts'
import { findRun } from '../../../src/db/runs/read-runs.ts'
import { createDatabase } from '../../support/database.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../../support/host.ts'
import {
  accepted,
  addRun,
  claim,
  claimedIds,
  claimNow,
  deliveriesOf,
  emailsOf,
  errorsOf,
  planBatch,
  readBatch,
  record,
  rules,
} from '../../support/service-parts.ts'

test('every attempt has a pending row before anything is sent', async () => {
  const { db } = await createDatabase()
  const userIds = await addDueUsers(db, 3)
  const runId = await addRun(db)

  const batch = await claimNow(db, userIds, { runId })

  expect(batch).toMatchObject({ runId, emailType: 'new_notifications', attempt: 1, size: 3 })
  const attempts = await readAttempts(db)
  expect(attempts.map(({ userId }) => userId).sort()).toEqual(userIds.sort())
  for (const { success, errorMessage, emailType } of attempts) {
    expect(success).toBe(false)
    expect(errorMessage).toMatch(/^pending:/)
    expect(emailType).toBe('new_notifications')
  }
  expect(await claimedIds(db)).toEqual(attempts.flatMap(of => of.notificationIds ?? []).sort())
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'frozen', attempts: 1 })
})

test('an email names all its notifications, newest first, and shows the newest five', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const ids: string[] = []
  for (let age = 1; age <= 7; age++) ids.push(await addNotification(db, userId, { days: age }))

  const batch = await claimNow(db, [userId])

  const [attempt] = await readAttempts(db, userId)
  expect(attempt?.notificationIds).toEqual(ids)
  const [email] = emailsOf(batch)
  expect(email?.text).toMatch(/^7 in all:/)
  expect(ids.filter(id => email?.text.includes(id))).toEqual(ids.slice(0, 5))
})

test('a reminder names only outstanding notifications', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const old = await addNotification(db, userId, { days: 40 })
  await addNotification(db, userId, { days: 41, isRead: true })
  await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  const [attempt] = await readAttempts(db, userId)
  expect(attempt).toMatchObject({ emailType: 'outstanding_reminder', notificationIds: [old] })
})

test('an email that cannot be rendered gets a row with the reason, claims nothing and stays due', async () => {
  const { db } = await createDatabase()
  const broken = await addUser(db, { name: 'broken' })
  const ids = [await addNotification(db, broken), await addNotification(db, broken)]
  const [other = ''] = await addDueUsers(db, 1)

  const batch = await claimNow(db, [broken, other])

  expect(batch.size).toBe(1)
  expect(await readAttempts(db, broken)).toMatchObject([
    { success: false, errorMessage: 'render: no such template' },
  ])
  expect(await deliveriesOf(db, broken)).toMatchObject([{ state: 'rejected', position: null }])
  expect(await claimedIds(db)).not.toEqual(expect.arrayContaining(ids))
  expect(await evaluate(db, broken)).toEqual(['due', 'new_notifications_due'])

  await record(db, batch, accepted(batch))
  expect(await deliveriesOf(db, other)).toMatchObject([{ state: 'accepted' }])
  expect(await errorsOf(db, broken)).toEqual(['render: no such template'])
})

test('a batch is resolved if none of its emails can be rendered', async () => {
  const { db } = await createDatabase()
  const broken = await addUser(db, { name: 'broken' })
  await addNotification(db, broken)
  const batchId = await planBatch(db, [broken])
  expect(await claim(db, batchId)).toBeNull()
  expect(await readBatch(db, batchId)).toMatchObject({ state: 'resolved', body: null })
  expect(await claim(db, batchId)).toBeNull()
  expect(await readAttempts(db, broken)).toHaveLength(1)
})

test('a batch is resolved if none of its users is due any more', async () => {
  const { db } = await createDatabase()
  const runId = await addRun(db)
  const batchId = await planBatch(db, [await addUser(db), randomUUID()], { runId })
  expect(await claim(db, batchId)).toBeNull()
  expect(await readBatch(db, batchId)).toMatchObject({ state: 'resolved', body: null })
  const run = await findRun(db, runId)
  expect(run?.counts.skipped).toEqual({ nothing_new: 1, unknown_user: 1 })
})

test('a failed claim leaves nothing behind', async () => {
  const { db } = await createDatabase()
  const userIds = await addDueUsers(db, 2)
  const batchId = await planBatch(db, userIds)
  const failing = () => {
    throw new Error('out of memory')
  }
  await expect(claimBatch(db, batchId, failing, { rules, leaseMs: 1 })).rejects.toThrow()
  expect(await readAttempts(db)).toEqual([])
  expect(await claimedIds(db)).toEqual([])
  expect(await claim(db, batchId)).toMatchObject({ attempt: 1, size: 2 })
})

test('a user gets one email in a run, even from a batch of the other type', async () => {
  const { db } = await createDatabase()
  const runId = await addRun(db)
  const userId = await addUser(db)
  await addNotification(db, userId)
  const batch = await claimNow(db, [userId], { runId })
  await record(db, batch, accepted(batch))
  await addNotification(db, userId)
  const again = await planBatch(db, [userId], { runId })
  expect(await claim(db, again)).toBeNull()
  expect(await readBatch(db, again)).toMatchObject({ skipped: { mailed_in_run: 1 } })

  await db.execute(`update notifications set created_at = now() - interval '40 days'`)
  await db.execute(`update notification_emails_sent set sent_at = now() - interval '20 days'`)
  const reminder = await planBatch(db, [userId], { runId, emailType: 'outstanding_reminder' })
  expect(await claim(db, reminder)).toBeNull()
  expect(await claimNow(db, [userId], { emailType: 'outstanding_reminder' })).toBeTruthy()
})

test('claiming a batch that does not exist returns null', async () => {
  const { db } = await createDatabase()
  expect(await claim(db, randomUUID())).toBeNull()
})

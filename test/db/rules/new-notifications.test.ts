import { describe, expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { addEmail, carryUntil, evaluate, justOver, justUnder } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import {
  accepted,
  claimedIds,
  claimNow,
  emailsOf,
  record,
  rejected,
  rules,
} from '../../support/service-parts.ts'

/** A database with one user. */
async function createUser() {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  return {
    db,
    userId,
    add: (fields?: Parameters<typeof addNotification>[2]) => addNotification(db, userId, fields),
    verdict: async (settings = rules) => (await evaluate(db, userId, settings))[0],
  }
}

test('an unread notification is due', async () => {
  const { add, verdict } = await createUser()
  expect(await verdict()).toBe('nothing_new')
  await add()
  expect(await verdict()).toBe('due')
})

test.each([{ isRead: true }, { isDeleted: true }, { isRead: true, isDeleted: true }])(
  'a read or deleted notification is not due: %o',
  async fields => {
    const { add, verdict } = await createUser()
    await add(fields)
    expect(await verdict()).toBe('nothing_new')
  },
)

test('a notification older than 30 days is not due', async () => {
  const { add, verdict } = await createUser()
  await add({ days: justOver(30) })
  expect(await verdict()).toBe('nothing_new')
  await add({ days: justUnder(30) })
  expect(await verdict()).toBe('due')
})

test('the maximum age is configurable', async () => {
  const { add, verdict } = await createUser()
  await add({ days: 10 })
  expect(await verdict({ ...rules, newMaxAgeDays: 10 })).toBe('nothing_new')
  expect(await verdict({ ...rules, newMaxAgeDays: 11 })).toBe('due')
})

describe('an accepted email', () => {
  test('carries what it names, but nothing newer', async () => {
    const { db, userId, add, verdict } = await createUser()
    await add()
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
    expect(await verdict()).toBe('nothing_new')
    await add({ days: 0 })
    expect(await verdict()).toBe('due')
  })

  test('does not carry a notification committed after it, however old', async () => {
    const { db, userId, add, verdict } = await createUser()
    await add({ days: 0.01 })
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
    const late = await add({ days: 2 })
    expect(await verdict()).toBe('due')
    const next = await claimNow(db, [userId])
    expect(emailsOf(next)).toMatchObject([{ text: expect.stringContaining(late) }])
  })

  test('carries notifications that it counted but did not show', async () => {
    const { db, userId, add, verdict } = await createUser()
    for (let count = 0; count < 8; count++) await add()
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
    expect(await claimedIds(db)).toHaveLength(8)
    expect(await verdict()).toBe('nothing_new')
  })

  test('that was a reminder carries nothing: its notifications may still be new', async () => {
    const { db, userId, add, verdict } = await createUser()
    await addEmail(db, userId, { days: 1, emailType: 'outstanding_reminder' })
    await add({ days: 4 })
    expect(await verdict()).toBe('due')
  })
})

test('a refused email carries nothing', async () => {
  const { db, userId, add, verdict } = await createUser()
  await add()
  const batch = await claimNow(db, [userId])
  await record(db, batch, rejected(batch))
  expect(await verdict()).toBe('due')
})

describe('an email from another mailer', () => {
  test('carries notifications that are not newer', async () => {
    const { db, userId, add, verdict } = await createUser()
    await addEmail(db, userId, { days: 2 })
    await add({ days: justOver(2) })
    expect(await verdict()).toBe('nothing_new')
    await add({ days: justUnder(2) })
    expect(await verdict()).toBe('due')
  })

  test('carries what it names, even if it is older', async () => {
    const { db, userId, add, verdict } = await createUser()
    const named = await add({ days: 1 })
    await addEmail(db, userId, { days: justOver(1), notificationIds: [named] })
    expect(await verdict()).toBe('nothing_new')
  })

  test('carries nothing if it failed, was a reminder or went to another user', async () => {
    const { db, userId, add, verdict } = await createUser()
    await add({ days: 1 })
    await addEmail(db, userId, { days: 0.5, success: false, errorMessage: 'no' })
    await addEmail(db, userId, { days: 0.5, emailType: 'outstanding_reminder' })
    await addEmail(db, await addUser(db), { days: 0.5 })
    expect(await verdict()).toBe('due')
  })

  test('carries up to its exact time', async () => {
    const { db, add, verdict } = await createUser()
    await add({ days: 1 })
    await db.execute(`insert into notification_emails_sent (user_id, email_type, sent_at)
      select user_id, 'new_notifications', created_at from notifications`)
    expect(await verdict()).toBe('nothing_new')
    await db.execute(
      `update notification_emails_sent set sent_at = sent_at - interval '1 microsecond'`,
    )
    expect(await verdict()).toBe('due')
  })
})

describe('an email from before adoption', () => {
  test('carries notifications up to its time', async () => {
    const { db, userId, add, verdict } = await createUser()
    await carryUntil(db, userId, 2)
    await add({ days: justOver(2) })
    expect(await verdict()).toBe('nothing_new')
    await add({ days: justUnder(2) })
    expect(await verdict()).toBe('due')
  })

  test('carries up to its exact time: only newer notifications are new', async () => {
    const { db, add, verdict } = await createUser()
    await add({ days: 1 })
    await db.execute(`insert into tidings.recipients (user_id, carried_until)
      select user_id, created_at from notifications`)
    expect(await verdict()).toBe('nothing_new')
    await db.execute(
      `update tidings.recipients set carried_until = carried_until - interval '1 microsecond'`,
    )
    expect(await verdict()).toBe('due')
  })

  test('to one user carries nothing of another user', async () => {
    const { db, add, verdict } = await createUser()
    await carryUntil(db, await addUser(db), 0)
    await add({ days: 1 })
    expect(await verdict()).toBe('due')
  })
})

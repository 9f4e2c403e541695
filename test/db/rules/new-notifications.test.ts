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

/** A database with one person in it. */
async function onePerson() {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  return {
    db,
    userId,
    add: (fields?: Parameters<typeof addNotification>[2]) => addNotification(db, userId, fields),
    verdict: async (figures = rules) => (await evaluate(db, userId, figures))[0],
  }
}

test('something unread is announced', async () => {
  const { add, verdict } = await onePerson()
  expect(await verdict()).toBe('nothing_new')
  await add()
  expect(await verdict()).toBe('due')
})

test.each([{ isRead: true }, { isDeleted: true }, { isRead: true, isDeleted: true }])(
  'what is done with is not announced: %o',
  async fields => {
    const { add, verdict } = await onePerson()
    await add(fields)
    expect(await verdict()).toBe('nothing_new')
  },
)

test('what is announced is at most 30 days old', async () => {
  const { add, verdict } = await onePerson()
  await add({ days: justOver(30) })
  expect(await verdict()).toBe('nothing_new')
  await add({ days: justUnder(30) })
  expect(await verdict()).toBe('due')
})

test('the age is a setting of the service', async () => {
  const { add, verdict } = await onePerson()
  await add({ days: 10 })
  expect(await verdict({ ...rules, newMaxAgeDays: 10 })).toBe('nothing_new')
  expect(await verdict({ ...rules, newMaxAgeDays: 11 })).toBe('due')
})

describe('an accepted email', () => {
  test('carries what it names, and nothing that came later', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await add()
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
    expect(await verdict()).toBe('nothing_new')
    await add({ days: 0 })
    expect(await verdict()).toBe('due')
  })

  test('does not carry what was committed after it, however old that is', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await add({ days: 0.01 })
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
    const late = await add({ days: 2 })
    expect(await verdict()).toBe('due')
    const next = await claimNow(db, [userId])
    expect(emailsOf(next)).toMatchObject([{ text: expect.stringContaining(late) }])
  })

  test('carries also what its body only counted', async () => {
    const { db, userId, add, verdict } = await onePerson()
    for (let count = 0; count < 8; count++) await add()
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
    expect(await claimedIds(db)).toHaveLength(8)
    expect(await verdict()).toBe('nothing_new')
  })

  test('that was a reminder carries nothing: what it reminded of may still be new', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await addEmail(db, userId, { days: 1, emailType: 'outstanding_reminder' })
    await add({ days: 4 })
    expect(await verdict()).toBe('due')
  })
})

test('a refused email carries nothing', async () => {
  const { db, userId, add, verdict } = await onePerson()
  await add()
  const batch = await claimNow(db, [userId])
  await record(db, batch, rejected(batch))
  expect(await verdict()).toBe('due')
})

describe('an email that somebody else has sent', () => {
  test('carries what is not newer than it', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await addEmail(db, userId, { days: 2 })
    await add({ days: justOver(2) })
    expect(await verdict()).toBe('nothing_new')
    await add({ days: justUnder(2) })
    expect(await verdict()).toBe('due')
  })

  test('carries what it names, whatever the clocks say', async () => {
    const { db, userId, add, verdict } = await onePerson()
    const named = await add({ days: 1 })
    await addEmail(db, userId, { days: justOver(1), notificationIds: [named] })
    expect(await verdict()).toBe('nothing_new')
  })

  test('carries nothing where it failed, was a reminder, or went to another person', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await add({ days: 1 })
    await addEmail(db, userId, { days: 0.5, success: false, errorMessage: 'no' })
    await addEmail(db, userId, { days: 0.5, emailType: 'outstanding_reminder' })
    await addEmail(db, await addUser(db), { days: 0.5 })
    expect(await verdict()).toBe('due')
  })

  test('carries to the instant', async () => {
    const { db, add, verdict } = await onePerson()
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

describe('what was mailed before adoption', () => {
  test('is carried up to its time', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await carryUntil(db, userId, 2)
    await add({ days: justOver(2) })
    expect(await verdict()).toBe('nothing_new')
    await add({ days: justUnder(2) })
    expect(await verdict()).toBe('due')
  })

  test('is carried to the instant: only what is newer is new', async () => {
    const { db, add, verdict } = await onePerson()
    await add({ days: 1 })
    await db.execute(`insert into tidings.recipients (user_id, carried_until)
      select user_id, created_at from notifications`)
    expect(await verdict()).toBe('nothing_new')
    await db.execute(
      `update tidings.recipients set carried_until = carried_until - interval '1 microsecond'`,
    )
    expect(await verdict()).toBe('due')
  })

  test('of one person says nothing of another', async () => {
    const { db, add, verdict } = await onePerson()
    await carryUntil(db, await addUser(db), 0)
    await add({ days: 1 })
    expect(await verdict()).toBe('due')
  })
})

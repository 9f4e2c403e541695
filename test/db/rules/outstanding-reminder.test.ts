import { describe, expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { addEmail, carryUntil, evaluate, justOver, justUnder } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { accepted, claimNow, record, rejected, rules } from '../../support/service-parts.ts'

/** A database with one user who has no new notifications. */
async function createUser() {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await carryUntil(db, userId, 0)
  return {
    db,
    userId,
    add: (fields?: Parameters<typeof addNotification>[2]) => addNotification(db, userId, fields),
    verdict: async (settings = rules) => (await evaluate(db, userId, settings))[1],
  }
}

test('a notification unread for more than 3 days is due for a reminder', async () => {
  const { add, verdict } = await createUser()
  expect(await verdict()).toBe('nothing_outstanding')
  await add({ days: justUnder(3) })
  expect(await verdict()).toBe('nothing_outstanding')
  await add({ days: justOver(3) })
  expect(await verdict()).toBe('due')
})

test.each([4, 29, 31, 4_000])('no age is too old for a reminder: %i days', async days => {
  const { add, verdict } = await createUser()
  await add({ days })
  expect(await verdict()).toBe('due')
})

test('the minimum age is configurable', async () => {
  const { add, verdict } = await createUser()
  await add({ days: 10 })
  expect(await verdict({ ...rules, outstandingAfterDays: 11 })).toBe('nothing_outstanding')
  expect(await verdict({ ...rules, outstandingAfterDays: 9 })).toBe('due')
})

test.each([{ isRead: true }, { isDeleted: true }])(
  'a read or deleted notification is not due: %o',
  async fields => {
    const { add, verdict } = await createUser()
    await add({ days: 10, ...fields })
    expect(await verdict()).toBe('nothing_outstanding')
  },
)

test('a user with new notifications gets no reminder', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'due'])
  await addNotification(db, userId)
  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
})

describe('the cool-down', () => {
  test.each(['new_notifications', 'outstanding_reminder'] as const)(
    'holds back reminders for 7 days after an accepted %s',
    async emailType => {
      const { db, userId, add, verdict } = await createUser()
      await add({ days: 10 })
      await addEmail(db, userId, { days: justOver(7), emailType })
      expect(await verdict()).toBe('due')
      await addEmail(db, userId, { days: justUnder(7), emailType })
      expect(await verdict()).toBe('cooldown')
    },
  )

  test('starts only with an accepted email', async () => {
    const { db, userId, add, verdict } = await createUser()
    await add({ days: 10 })
    await addEmail(db, userId, { days: 1, success: false, errorMessage: 'network: reset' })
    expect(await verdict()).toBe('due')
  })

  test("does not start with another user's email", async () => {
    const { db, add, verdict } = await createUser()
    await add({ days: 10 })
    await addEmail(db, await addUser(db), { days: 1 })
    expect(await verdict()).toBe('due')
  })

  test('has a configurable length, which may be 0', async () => {
    const { db, userId, add, verdict } = await createUser()
    await add({ days: 40 })
    await addEmail(db, userId, { days: 10 })
    expect(await verdict({ ...rules, reminderCooldownDays: 11 })).toBe('cooldown')
    expect(await verdict({ ...rules, reminderCooldownDays: 9 })).toBe('due')
    await addEmail(db, userId, { days: 0 })
    expect(await verdict({ ...rules, reminderCooldownDays: 0 })).toBe('due')
  })

  test('starts when an email of the service is accepted', async () => {
    const { db, userId, add, verdict } = await createUser()
    await add({ days: 10 })
    const refused = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
    await record(db, refused, rejected(refused))
    expect(await verdict()).toBe('due')
    const sent = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
    await record(db, sent, accepted(sent))
    expect(await verdict()).toBe('cooldown')
  })
})

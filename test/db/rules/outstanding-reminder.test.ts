import { describe, expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { addEmail, carryUntil, evaluate, justOver, justUnder } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { accepted, claimNow, record, rejected, rules } from '../../support/service-parts.ts'

/** A database with one person in it, to whom nothing is new any more. */
async function onePerson() {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await carryUntil(db, userId, 0)
  return {
    db,
    userId,
    add: (fields?: Parameters<typeof addNotification>[2]) => addNotification(db, userId, fields),
    verdict: async (figures = rules) => (await evaluate(db, userId, figures))[1],
  }
}

test('what is unread for more than 3 days is worth a reminder', async () => {
  const { add, verdict } = await onePerson()
  expect(await verdict()).toBe('nothing_outstanding')
  await add({ days: justUnder(3) })
  expect(await verdict()).toBe('nothing_outstanding')
  await add({ days: justOver(3) })
  expect(await verdict()).toBe('due')
})

test.each([4, 29, 31, 4_000])('it never grows too old for it: %i days', async days => {
  const { add, verdict } = await onePerson()
  await add({ days })
  expect(await verdict()).toBe('due')
})

test('the age is a setting of the service', async () => {
  const { add, verdict } = await onePerson()
  await add({ days: 10 })
  expect(await verdict({ ...rules, outstandingAfterDays: 11 })).toBe('nothing_outstanding')
  expect(await verdict({ ...rules, outstandingAfterDays: 9 })).toBe('due')
})

test.each([{ isRead: true }, { isDeleted: true }])('what is done with is not: %o', async fields => {
  const { add, verdict } = await onePerson()
  await add({ days: 10, ...fields })
  expect(await verdict()).toBe('nothing_outstanding')
})

test('nobody to whom something is new is reminded', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'due'])
  await addNotification(db, userId)
  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
})

describe('the cool-down', () => {
  test.each(['new_notifications', 'outstanding_reminder'] as const)(
    'no reminder comes within 7 days of an accepted %s',
    async emailType => {
      const { db, userId, add, verdict } = await onePerson()
      await add({ days: 10 })
      await addEmail(db, userId, { days: justOver(7), emailType })
      expect(await verdict()).toBe('due')
      await addEmail(db, userId, { days: justUnder(7), emailType })
      expect(await verdict()).toBe('cooldown')
    },
  )

  test('only an accepted email counts', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await add({ days: 10 })
    await addEmail(db, userId, { days: 1, success: false, errorMessage: 'network: reset' })
    expect(await verdict()).toBe('due')
  })

  test("another person's email does not count", async () => {
    const { db, add, verdict } = await onePerson()
    await add({ days: 10 })
    await addEmail(db, await addUser(db), { days: 1 })
    expect(await verdict()).toBe('due')
  })

  test('its length is a setting of the service, none included', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await add({ days: 40 })
    await addEmail(db, userId, { days: 10 })
    expect(await verdict({ ...rules, reminderCooldownDays: 11 })).toBe('cooldown')
    expect(await verdict({ ...rules, reminderCooldownDays: 9 })).toBe('due')
    await addEmail(db, userId, { days: 0 })
    expect(await verdict({ ...rules, reminderCooldownDays: 0 })).toBe('due')
  })

  test('an email that the service has sent itself counts as soon as it is accepted', async () => {
    const { db, userId, add, verdict } = await onePerson()
    await add({ days: 10 })
    const refused = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
    await record(db, refused, rejected(refused))
    expect(await verdict()).toBe('due')
    const taken = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
    await record(db, taken, accepted(taken))
    expect(await verdict()).toBe('cooldown')
  })
})

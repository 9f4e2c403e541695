import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { suppressions, userPrivacySettings } from '../../../src/db/schema.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { accepted, claimNow, record } from '../../support/service-parts.ts'

type Db = TestDatabase['db']

/** A user with a new and an old notification; only setting and address decide. */
async function addDueUser(db: Db, fields: Parameters<typeof addUser>[1] = {}) {
  const userId = await addUser(db, fields)
  await addNotification(db, userId)
  await addNotification(db, userId, { days: 5 })
  return userId
}
const due = ['due', 'new_notifications_due']
const both = (verdict: string) => [verdict, verdict]

describe('the setting', () => {
  test('a user without a settings row gets emails', async () => {
    const { db } = await createDatabase()
    expect(await evaluate(db, await addDueUser(db))).toEqual(due)
  })

  test('switched on, it has the same effect as no row', async () => {
    const { db } = await createDatabase()
    expect(await evaluate(db, await addDueUser(db, { emailsEnabled: true }))).toEqual(due)
  })

  test('switched off, it stops both emails; switched on again, it stops neither', async () => {
    const { db } = await createDatabase()
    const userId = await addDueUser(db, { emailsEnabled: false })
    expect(await evaluate(db, userId)).toEqual(both('opted_out'))
    await db
      .update(userPrivacySettings)
      .set({ notificationEmailsEnabled: true })
      .where(eq(userPrivacySettings.userId, userId))
    expect(await evaluate(db, userId)).toEqual(due)
  })

  test('a row with another setting leaves emails on', async () => {
    const { db } = await createDatabase()
    const userId = await addDueUser(db)
    await db.insert(userPrivacySettings).values({ userId, showStats: false })
    expect(await evaluate(db, userId)).toEqual(due)
  })
})

describe('the address', () => {
  test.each(['bounced@example.com', 'BOUNCED@Example.COM'])(
    'a suppressed address gets no email in any spelling: %s',
    async email => {
      const { db } = await createDatabase()
      await db.insert(suppressions).values({ address: 'bounced@example.com', reason: 'bounced' })
      expect(await evaluate(db, await addDueUser(db, { email }))).toEqual(both('suppressed'))
    },
  )

  test("another user's suppression has no effect", async () => {
    const { db } = await createDatabase()
    await db.insert(suppressions).values({ address: 'a@example.com', reason: 'bounced' })
    expect(await evaluate(db, await addDueUser(db, { email: 'aa@example.com' }))).toEqual(due)
  })

  /** Evaluates one user for each of these addresses. */
  async function evaluateAddresses(addresses: string[]) {
    const { db } = await createDatabase()
    const verdicts: Record<string, string> = {}
    for (const email of addresses) {
      const [verdict] = await evaluate(db, await addDueUser(db, { email }))
      verdicts[email] = verdict
    }
    return verdicts
  }

  test('an invalid address gets no email', async () => {
    const addresses = [
      '',
      ' ',
      'mara',
      'mara@',
      '@example.com',
      'mara@localhost',
      'mara@example.',
      'mara@@example.com',
      'mara@exa mple.com',
      'mara @example.com',
      ' mara@example.com',
      'mara@example.com ',
      'mara@example.com\n',
      'mara@example.com\r\nBcc: b@example.com',
      'mara@example.com,b@example.com',
      'mara@example.com;b@example.com',
      'Mara <mara@example.com>',
      '"mara"@example.com',
      'mära@example.com',
      'mara@exa\u001bmple.com',
      '.mara@example.com',
      'mara.@example.com',
      'mara..lind@example.com',
      'mara@example..com',
    ]
    const verdicts = await evaluateAddresses(addresses)
    expect(verdicts).toEqual(Object.fromEntries(addresses.map(of => [of, 'invalid_address'])))
  })

  test('an address that may be valid gets emails', async () => {
    const addresses = [
      'mara@example.com',
      'Mara.ONeill+songs@mail.example.co.uk',
      "o'neill@example.com",
      'mara@müsic.example',
      'a@b.c',
    ]
    const verdicts = await evaluateAddresses(addresses)
    expect(verdicts).toEqual(Object.fromEntries(addresses.map(of => [of, 'due'])))
  })
})

test('a user who does not exist is unknown', async () => {
  const { db } = await createDatabase()
  expect(await evaluate(db, randomUUID())).toEqual(both('unknown_user'))
})

test('a user with an email in flight is due again once its outcome is recorded', async () => {
  const { db } = await createDatabase()
  const userId = await addDueUser(db)
  const batch = await claimNow(db, [userId])
  await addNotification(db, userId)
  expect(await evaluate(db, userId)).toEqual(both('in_flight'))
  await record(db, batch, { kind: 'repeat', error: 'network: reset' })
  expect(await evaluate(db, userId)).toEqual(both('in_flight'))
  await record(db, batch, accepted(batch))
  expect(await evaluate(db, userId)).toEqual(due)
})

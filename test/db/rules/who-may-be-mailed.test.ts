import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { suppressions, userPrivacySettings } from '../../../src/db/schema.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { accepted, claimNow, record } from '../../support/service-parts.ts'

type Db = TestDatabase['db']

/** Somebody with something new and something old, for whom only the person's own rules differ. */
async function addReader(db: Db, fields: Parameters<typeof addUser>[1] = {}) {
  const userId = await addUser(db, fields)
  await addNotification(db, userId)
  await addNotification(db, userId, { days: 5 })
  return userId
}
const due = ['due', 'new_notifications_due']
const both = (verdict: string) => [verdict, verdict]

describe('the setting', () => {
  test('nobody who has never touched it is left out', async () => {
    const { db } = await createDatabase()
    expect(await evaluate(db, await addReader(db))).toEqual(due)
  })

  test('switched on, it says the same as no row', async () => {
    const { db } = await createDatabase()
    expect(await evaluate(db, await addReader(db, { emailsEnabled: true }))).toEqual(due)
  })

  test('switched off, it stops both emails, and switched on again it stops none', async () => {
    const { db } = await createDatabase()
    const userId = await addReader(db, { emailsEnabled: false })
    expect(await evaluate(db, userId)).toEqual(both('opted_out'))
    await db
      .update(userPrivacySettings)
      .set({ notificationEmailsEnabled: true })
      .where(eq(userPrivacySettings.userId, userId))
    expect(await evaluate(db, userId)).toEqual(due)
  })

  test('a row that is there for another setting leaves emails on', async () => {
    const { db } = await createDatabase()
    const userId = await addReader(db)
    await db.insert(userPrivacySettings).values({ userId, showStats: false })
    expect(await evaluate(db, userId)).toEqual(due)
  })
})

describe('the address', () => {
  test.each(['bounced@example.com', 'BOUNCED@Example.COM'])(
    'a suppressed one is never mailed, however the host spells it: %s',
    async email => {
      const { db } = await createDatabase()
      await db.insert(suppressions).values({ address: 'bounced@example.com', reason: 'bounced' })
      expect(await evaluate(db, await addReader(db, { email }))).toEqual(both('suppressed'))
    },
  )

  test("another person's suppression stops nobody", async () => {
    const { db } = await createDatabase()
    await db.insert(suppressions).values({ address: 'a@example.com', reason: 'bounced' })
    expect(await evaluate(db, await addReader(db, { email: 'aa@example.com' }))).toEqual(due)
  })

  /** Judges one person at each of these addresses. */
  async function judgeAddresses(addresses: string[]) {
    const { db } = await createDatabase()
    const verdicts: Record<string, string> = {}
    for (const email of addresses) {
      const [verdict] = await evaluate(db, await addReader(db, { email }))
      verdicts[email] = verdict
    }
    return verdicts
  }

  test('what is none is never mailed', async () => {
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
    ]
    const verdicts = await judgeAddresses(addresses)
    expect(verdicts).toEqual(Object.fromEntries(addresses.map(of => [of, 'invalid_address'])))
  })

  test('what may be one is mailed', async () => {
    const addresses = [
      'mara@example.com',
      'Mara.O’Neill+songs@mail.example.co.uk',
      "o'neill@example.com",
      'mära@müsic.example',
      'a@b.c',
    ]
    const verdicts = await judgeAddresses(addresses)
    expect(verdicts).toEqual(Object.fromEntries(addresses.map(of => [of, 'due'])))
  })
})

test('a person who does not exist is unknown', async () => {
  const { db } = await createDatabase()
  expect(await evaluate(db, randomUUID())).toEqual(both('unknown_user'))
})

test('a person with an email under way waits for its outcome, and no longer', async () => {
  const { db } = await createDatabase()
  const userId = await addReader(db)
  const batch = await claimNow(db, [userId])
  await addNotification(db, userId)
  expect(await evaluate(db, userId)).toEqual(both('in_flight'))
  await record(db, batch, { kind: 'repeat', error: 'network: reset' })
  expect(await evaluate(db, userId)).toEqual(both('in_flight'))
  await record(db, batch, accepted(batch))
  expect(await evaluate(db, userId)).toEqual(due)
})

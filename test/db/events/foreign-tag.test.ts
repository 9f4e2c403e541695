import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { isAbout } from '../../../src/core/events/is-about.ts'
import { events, suppressions, userPrivacySettings } from '../../../src/db/schema.ts'
import { readEvent } from '../../../src/resend/read-event.ts'
import { createDatabase } from '../../support/database.ts'
import { permanentBounce, providerEvent, tagsOf } from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf, receiveEvent } from '../../support/record-event.ts'

test.each(['email.complained', 'email.bounced', 'email.delivered'])(
  'our tag on an email to another address changes nothing for our recipient (%s)',
  async type => {
    const { db } = await createDatabase()
    const { userId, deliveryId } = await acceptedEmail(db)
    const before = await deliveryOf(db, userId)
    const data = { ...permanentBounce, to: ['somebody@else.example'] }
    await receiveEvent(db, type, { emailId: 'not-ours', tags: tagsOf(deliveryId), data })

    expect(await deliveryOf(db, userId)).toEqual(before)
    expect(await db.select().from(suppressions)).toEqual([])
    expect(await db.select().from(userPrivacySettings)).toEqual([])
    expect(await db.select().from(events)).toMatchObject([{ deliveryId: null, detail: null }])
  },
)

test('a complaint about our email under another id opts its recipient out', async () => {
  const { db } = await createDatabase()
  const { userId, deliveryId, address } = await acceptedEmail(db)
  const data = { to: [`Jo <${address.toUpperCase()}>`] }
  await receiveEvent(db, 'email.complained', { emailId: 'a-copy', tags: tagsOf(deliveryId), data })
  const settings = db
    .select()
    .from(userPrivacySettings)
    .where(eq(userPrivacySettings.userId, userId))
  expect(await settings).toMatchObject([{ notificationEmailsEnabled: false }])
})

test('an event with unreadable recipients names none', () => {
  for (const to of [undefined, null, 'a@b.example', [1], {}]) {
    const event = readEvent('msg_1', providerEvent('email.sent', { data: { to } }))
    expect(event?.recipients).toEqual([])
    expect(
      isAbout(event ?? { providerId: 'x', recipients: [] }, { providerId: null, address: '' }),
    ).toBe(false)
  }
})

test('an event about an unknown email is stored without the provider’s text', async () => {
  const { db } = await createDatabase()
  await receiveEvent(db, 'email.bounced', { emailId: 'not-ours', data: permanentBounce })
  expect(await db.select().from(events)).toMatchObject([{ deliveryId: null, detail: null }])
  expect(await db.execute(sql`select from tidings.events where detail is not null`)).toHaveLength(0)
})

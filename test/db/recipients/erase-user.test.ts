import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { unpackBody } from '../../../src/core/claim/body.ts'
import { EmailInFlightError } from '../../../src/core/recipients/erasure.ts'
import { createAuditStore } from '../../../src/db/audit/audit-store.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { eraseUser } from '../../../src/db/recipients/erase-user.ts'
import { readUserData } from '../../../src/db/recipients/read-user-data.ts'
import {
  batches,
  claims,
  deliveries,
  notificationEmailsSent,
  preferences,
  recipients,
  suppressions,
  users,
} from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addNotification, addUser } from '../../support/host.ts'
import {
  permanentBounce,
  postEvent,
  providerEvent,
  tagsOf,
  WEBHOOK_SECRET,
} from '../../support/provider-event.ts'
import { startService } from '../../support/service.ts'
import { claimNow, record } from '../../support/service-parts.ts'

const nothingElse = { rows: false, suppression: false }
const MARA = 'Mara.Lind+songs@example.com'
const TITLE = 'Quelque chose de personnel'

/** Three users emailed in one request after a refused one, and a bounce of the first. */
async function prepare() {
  const service = await startService({ env: { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET } })
  const { db, mailbox, run } = service
  const mara = await addUser(db, { email: MARA, name: 'mara' })
  const others = [await addUser(db), await addUser(db)]
  for (const user of [mara, ...others]) {
    await addNotification(db, user, { title: user === mara ? TITLE : 'For others' })
  }
  const message = `Invalid \`to\` field: ${MARA}`
  mailbox.setFault({ kind: 'status', status: 422, name: 'validation_error', message, times: 1 })
  await run()
  await run()
  const delivery = await acceptedOf(db, mara)
  const bounce = { ...permanentBounce.bounce, message: `There is no ${MARA} here.` }
  const event = { emailId: delivery.providerId ?? '', tags: tagsOf(delivery.id) }
  const bounced = providerEvent('email.bounced', { ...event, data: { bounce } })
  expect((await postEvent(service, bounced)).status).toBe(200)
  return { ...service, mara, others, event, bounce }
}

async function acceptedOf(db: Database, userId: string) {
  const found = await db.select().from(deliveries).where(eq(deliveries.userId, userId))
  const delivery = found.find(of => of.state === 'accepted')
  if (!delivery) throw new Error('nothing was accepted')
  return delivery
}

/** Everything in the service's tables, in the attempts and in the stored requests, as one text. */
async function readAllText(db: Database): Promise<string> {
  const tables = ['deliveries', 'events', 'attempts', 'claims', 'recipients', 'runs', 'lanes']
  const texts: string[] = []
  for (const table of ['notification_emails_sent', ...tables.map(name => `tidings.${name}`)]) {
    const rows = await db.execute<{ row: string }>(
      sql`select to_jsonb(t)::text as row from ${sql.raw(table)} t`,
    )
    texts.push(...rows.map(({ row }) => row))
  }
  for (const { body } of await db.select({ body: batches.body }).from(batches)) {
    if (body) texts.push(String(unpackBody(body)))
  }
  return texts.join('\n')
}

test('an erasure removes all data of a user, and the counts stay', async () => {
  const service = await prepare()
  const { db, app, mara, others, event, bounce } = service
  const audit = createAuditStore(db)
  const runsBefore = (await app.runs.list(10)).runs.map(run => run.counts)

  await db.update(suppressions).set({ note: 'Mara called' })
  await db
    .update(recipients)
    .set({ restingAddress: MARA.toLowerCase(), restingUntil: new Date(), rests: 1 })
    .where(eq(recipients.userId, mara))

  const pausedUntil = new Date(Date.now() + 86_400_000)
  await db
    .insert(preferences)
    .values({ userId: mara, timeZone: 'Europe/Berlin', pausedUntil, updatedBy: 'api' })

  const data = await readUserData(db, mara)
  expect(data).toMatchObject({
    userId: mara,
    user: { email: MARA, username: 'mara' },
    setting: null,
    preferences: { time_zone: 'Europe/Berlin', updated_by: 'api' },
    suppressions: [
      { address: MARA.toLowerCase(), reason: 'bounced: General', note: 'Mara called' },
    ],
    recipient: { user_id: mara, reminder_round: 0 },
    events: [{ type: 'email.bounced', detail: { message: bounce.message } }],
    claims: [{ email_type: 'new_notifications' }],
    batches: [{}, {}],
  })
  expect(data.deliveries).toMatchObject([
    { address: MARA, state: 'rejected' },
    { address: MARA, state: 'accepted', content: { text: expect.stringContaining(TITLE) } },
  ])
  expect(await readAllText(db)).toContain(MARA)

  const erased = await eraseUser(db, mara, nothingElse)

  // The refusal is in the attempts of all three, and each of the two requests had her email.
  expect(erased).toEqual({
    deliveries: 2,
    events: 1,
    bodies: 2,
    errors: 3,
    rows: 0,
    suppressions: 0,
  })
  const left = await readAllText(db)
  expect(left.toLowerCase()).not.toContain(MARA.toLowerCase())
  expect(left).not.toContain(TITLE)
  expect(left).toContain('validation_error: Invalid `to` field: [erased]')
  expect((await app.runs.list(10)).runs.map(run => run.counts)).toEqual(runsBefore)
  expect((await audit.list({ userId: mara }, 10)).attempts).toHaveLength(2)
  for (const other of others) {
    const { id } = (await audit.list({ userId: other, success: true }, 1)).attempts[0] ?? { id: '' }
    expect((await audit.find(id))?.content?.text).toContain('For others')
  }
  expect(await db.select().from(suppressions)).toMatchObject([{ note: null }])

  // A pause in force stays, and only that.
  const pause = await db.select().from(preferences)
  expect(pause).toMatchObject([{ userId: mara, pausedUntil, timeZone: null }])

  // A late event restores nothing.
  const late = providerEvent('email.complained', { ...event, at: 60, data: { bounce } })
  expect((await postEvent(service, late)).status).toBe(200)
  expect((await readAllText(db)).toLowerCase()).not.toContain(MARA.toLowerCase())
  expect(await db.select().from(suppressions)).toHaveLength(1)
  expect(await eraseUser(db, mara, nothingElse)).toMatchObject({ deliveries: 0, bodies: 0 })

  // With --rows and --suppression a host can delete the user: nothing prevents it.
  await expect(db.delete(users).where(eq(users.userid, mara))).rejects.toThrow()
  await db.update(preferences).set({ pausedUntil: new Date() })
  const gone = await eraseUser(db, mara, { rows: true, suppression: true })
  expect(gone).toMatchObject({ rows: 2, suppressions: 1 })
  expect(await db.select().from(preferences)).toEqual([])
  await db.execute(sql`delete from user_privacy_settings where user_id = ${mara}`)
  await db.delete(users).where(eq(users.userid, mara))
  expect((await app.runs.list(10)).runs.map(run => run.counts)).toEqual(runsBefore)
})

test('an email in flight prevents the erasure: its request may have to be sent again', async () => {
  const { db } = await createDatabase()
  const [user, other] = [await addUser(db), await addUser(db)]
  for (const of of [user, other]) await addNotification(db, of)
  const batch = await claimNow(db, [user, other])
  const before = await readAllText(db)

  await expect(eraseUser(db, user, { rows: true, suppression: true })).rejects.toThrow(
    EmailInFlightError,
  )
  await record(db, batch, { kind: 'repeat', error: 'network: reset' })
  await expect(eraseUser(db, user, nothingElse)).rejects.toThrow(EmailInFlightError)

  const emails = await db.select().from(notificationEmailsSent)
  expect(emails).toHaveLength(2)
  expect(await db.select().from(claims)).toHaveLength(2)
  expect(before).toContain(`${user}@example.com`)
  expect(await readAllText(db)).toContain(`${user}@example.com`)
})

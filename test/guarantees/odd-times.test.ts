import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { call } from '../support/client.ts'
import { addDueUsers, addNotification, addUser } from '../support/host.ts'
import { startService } from '../support/service.ts'
import { signIn } from '../support/signed-in.ts'

const future = ['infinity', '12026-01-01 00:00:00', '294276-12-31 23:59:59']
const past = ['-infinity', '0044-03-15 00:00:00 BC', '4713-01-01 00:00:00 BC']

test('a notification with a time that no calendar shows is emailed without it', async () => {
  const service = await startService()
  const { db, mailbox, run } = service
  for (const [index, time] of [...future, ...past].entries()) {
    const userId = await addUser(db, { email: `odd-${index}@example.com` })
    const id = await addNotification(db, userId, { title: `Odd ${index}` })
    await db.execute(sql`update notifications set created_at = ${time}::timestamp where id = ${id}`)
  }

  const first = await run()

  expect(first.counts).toMatchObject({ sent: 6, failed: 0 })
  const texts = mailbox.emails().map(({ text }) => text ?? '')
  expect(texts.filter(text => text.includes('has been waiting for you'))).toHaveLength(past.length)
  for (const text of texts) expect(text).not.toMatch(/UTC|since|Invalid|infinity|NaN/)
  // Nobody is emailed for ever because of a time that never passes.
  expect((await run()).counts).toMatchObject({ sent: 0, failed: 0 })
})

test('explain, the audit, the export and the dashboard show rows with such times', async () => {
  const service = await startService()
  const { db } = service
  const [userId = ''] = await addDueUsers(db, 1)
  await db.execute(sql`update users set created_at = 'infinity'`)
  await db.execute(sql`update notifications set created_at = '-infinity'`)
  await db.execute(sql`
    insert into user_privacy_settings (user_id, updated_at) values (${userId}, 'infinity')`)
  const times = [...future, '2026-11-01 08:00:00', ...past]
  for (const time of times) {
    await db.execute(sql`
      insert into notification_emails_sent (user_id, email_type, sent_at, success)
      values (${userId}, 'new_notifications', ${time}::timestamp, true)`)
  }

  const explained = await call(service, `/v1/users/${userId}/explain`)
  expect(explained.status).toBe(200)
  expect(explained.text).toContain('an invalid time')

  const sentAt: (string | null)[] = []
  let cursor: string | null = ''
  let id = ''
  while (cursor !== null) {
    const path: string = `/v1/emails?limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const { status, json } = await call(service, path)
    expect(status).toBe(200)
    sentAt.push(...json.data.map((row: { sentAt: string | null }) => row.sentAt))
    id = json.data[0].id
    cursor = json.cursor
  }
  expect(sentAt).toEqual([null, null, null, '2026-11-01T08:00:00.000Z', null, null, null])

  for (const path of [
    `/v1/emails/${id}`,
    '/v1/emails/export?format=csv',
    '/v1/emails/export?format=ndjson',
    '/v1/emails/stats?from=2026-10-30T00:00:00Z&to=2026-11-30T00:00:00Z',
  ]) {
    expect(await call(service, path)).toMatchObject({ status: 200 })
  }
  const cookie = await signIn(service)
  for (const path of ['/', '/emails', `/emails/${id}`, `/people/${userId}`, '/people']) {
    const page = await call(service, path, { headers: { cookie } })
    expect({ path, status: page.status }).toEqual({ path, status: 200 })
    expect(page.text).not.toMatch(/Invalid Date|NaN/)
  }
})

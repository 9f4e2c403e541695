import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { readUserData } from '../../../src/db/recipients/read-user-data.ts'
import { compareShadow } from '../../../src/db/shadow/compare.ts'
import { call } from '../../support/client.ts'
import { makeFolder, tidings } from '../../support/command.ts'
import { addHostUser, makeHost } from '../../support/foreign-host.ts'
import { startService } from '../../support/service.ts'
import { rules } from '../../support/service-parts.ts'
import { signIn } from '../../support/signed-in.ts'

const DAY_MS = 86_400_000

test('attempts and notifications of types that only the host knows are shown everywhere', async () => {
  const database = await makeHost({
    changes: `
      alter type notification_email_type add value 'newsletter';
      alter type notification_type add value 'song_released';
      alter table notification_emails_sent alter email_type drop not null`,
  })
  const { db, url } = database
  const { id: userId } = await addHostUser(db, 'mara', { unread: ['4 days'], mailed: '8 days' })
  await db.execute(sql`update notifications set created_at = now() - interval '9 days'`)
  const notificationId = randomUUID()
  await db.execute(sql`
    insert into notifications (id, user_id, type, title, message, is_read)
    values (${notificationId}, ${userId}, 'song_released', 'Out now', 'A song', true)`)
  const [newsletter, typeless] = [randomUUID(), randomUUID()]
  await db.execute(sql`
    insert into notification_emails_sent
      (id, user_id, email_type, sent_at, success, error_message, notification_ids) values
    (${newsletter}, ${userId}, 'newsletter', (now() at time zone 'utc') - interval '1 day', true, null,
      array[${notificationId}]),
    (${typeless}, ${userId}, null, (now() at time zone 'utc') - interval '2 days', false, 'network: x', null)`)
  await adoptDatabaseTables(url)
  const service = await startService({ database })

  // A newsletter is neither type, so the cool-down does not count it.
  expect(await service.run()).toMatchObject({ counts: { sent: 1 } })
  const get = async (path: string) => {
    const reply = await call(service, path)
    expect({ path, status: reply.status }).toEqual({ path, status: 200 })
    return reply
  }
  const types = ({ json }: { json: { data: { emailType: string }[] } }) =>
    json.data.map(({ emailType }) => emailType)
  expect(types(await get('/v1/emails'))).toEqual([
    ...['outstanding_reminder', 'newsletter', '', 'new_notifications'],
  ])
  expect(types(await get('/v1/emails?type=new_notifications'))).toEqual(['new_notifications'])
  expect((await call(service, '/v1/emails?type=newsletter')).status).toBe(400)
  expect((await get(`/v1/emails/${newsletter}`)).json).toMatchObject({
    emailType: 'newsletter',
    notifications: [{ type: 'song_released' }],
  })
  const [from, to] = [-3, 1].map(days => new Date(Date.now() + days * DAY_MS))
  const stats = await get(`/v1/emails/stats?from=${from?.toISOString()}&to=${to?.toISOString()}`)
  expect(stats.json.rows).toContainEqual(
    expect.objectContaining({ type: 'newsletter', accepted: 1, failed: 0 }),
  )
  for (const format of ['csv', 'ndjson']) {
    expect((await get(`/v1/emails/export?format=${format}`)).text).toContain('newsletter')
  }
  await get(`/v1/users/${userId}/explain`)

  const headers = { cookie: await signIn(service) }
  for (const path of ['/emails', `/emails/${newsletter}`, `/people/${userId}`]) {
    const page = await call(service, path, { token: null, headers })
    expect({ path, status: page.status }).toEqual({ path, status: 200 })
    expect(page.text).toContain('newsletter')
    expect(page.text).not.toContain('undefined')
  }
  for (const path of ['/', '/sending', `/emails/${typeless}`]) {
    expect((await call(service, path, { token: null, headers })).status).toBe(200)
  }

  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const audit = await tidings(['audit', '--user', userId], options)
  expect(audit).toMatchObject({ code: 0, stderr: '' })
  expect(audit.stdout).toContain('newsletter')
  expect(await readUserData(db, userId)).toMatchObject({ userId })
  const period = { from: new Date(Date.now() - 3 * DAY_MS), to: new Date() }
  const { types: compared } = await compareShadow(db, { ...period, rules, limit: null })
  expect(compared.new_notifications.onlyOld.count).toBe(0)
})

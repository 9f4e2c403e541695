import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { notificationEmailsSent } from '../../../src/db/schema.ts'
import { samples } from '../../../src/emails/preview/samples.ts'
import { call, PROBLEM } from '../../support/client.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { CRON_SECRET, startService } from '../../support/service.ts'

test('a preview equals the email that is sent, except for the signed links', async () => {
  const service = await startService({ env: { APP_NAME: 'EPTSS' } })
  const userId = await addUser(service.db, { name: 'Mara' })
  for (let at = 1; at <= 7; at += 1) {
    await addNotification(service.db, userId, { title: `Comment ${at}`, days: at / 10 })
  }

  const preview = await call(service, '/v1/preview', {
    json: { type: 'new_notifications', userId },
  })
  expect(preview.status).toBe(200)
  expect(Object.keys(preview.json)).toEqual(['subject', 'html', 'text', 'headers'])
  expect(await service.db.select().from(notificationEmailsSent)).toEqual([])
  expect(service.mailbox.emails()).toEqual([])

  await service.run()
  const [sent] = service.mailbox.emails()
  const links = /https?:\/\/localhost:\d+\/(unsubscribe|preferences)\/[\w.-]+/g
  const withoutLinks = (text: string | null | undefined) => text?.replace(links, '$1')
  expect(preview.json.subject).toBe(sent?.subject)
  expect(withoutLinks(preview.json.html)).toBe(withoutLinks(sent?.html))
  expect(withoutLinks(preview.json.text)).toBe(withoutLinks(sent?.text))
  const {
    'List-Unsubscribe': unsubscribe,
    'X-Entity-Ref-ID': ref,
    ...headers
  } = preview.json.headers
  expect(sent?.headers).toMatchObject(headers)
  expect(Object.keys(preview.json.headers)).toEqual(Object.keys(sent?.headers ?? {}))
  expect(unsubscribe).toMatch(/\/unsubscribe\/preview>$/)
  expect(ref).not.toBe(sent?.headers['X-Entity-Ref-ID'])

  const previewLinks = [...preview.text.matchAll(/\/(?:unsubscribe|preferences)\/[\w.-]+/g)]
  const paths = new Set(previewLinks.map(([path]) => path))
  expect([...paths].sort()).toEqual(['/preferences/preview', '/unsubscribe/preview'])
  const clicked = await call(service, '/unsubscribe/preview', { method: 'POST', token: null })
  expect(clicked.status).toBe(404)
  const again = await call(service, '/v1/preview', { json: { type: 'new_notifications', userId } })
  expect(again).toMatchObject({ status: 409, type: PROBLEM })
  expect(again.json).toMatchObject({
    code: 'not_due',
    detail: expect.stringContaining('nothing_new'),
  })
})

test('a preview validates its input and explains why there is none', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const off = await addUser(service.db, { emailsEnabled: false })
  await addNotification(service.db, off)
  const waiting = await addUser(service.db)
  await addNotification(service.db, waiting, { days: 5, title: 'An old one' })

  const preview = (json: unknown, token?: string | null) =>
    call(service, '/v1/preview', { json, ...(token !== undefined && { token }) })
  const type = 'new_notifications'

  expect((await preview({ type }, null)).status).toBe(401)
  expect((await preview({ type }, CRON_SECRET)).status).toBe(401)

  const plain = await preview({ type })
  expect(plain.status).toBe(200)
  for (const { title } of samples.many.items) expect(plain.json.text).toContain(title)
  const german = await preview({ type: 'outstanding_reminder', sample: 'german' })
  expect(german.json.html).toContain('lang="de"')

  const missing = await preview({ type, userId: randomUUID() })
  expect(missing).toMatchObject({ status: 404, type: PROBLEM, json: { code: 'user_not_found' } })
  const optedOut = await preview({ type, userId: off })
  expect(optedOut).toMatchObject({ status: 409, type: PROBLEM, json: { code: 'not_due' } })
  expect(optedOut.json.detail).toBe('opted_out: switched emails off')
  const reminder = await preview({ type: 'outstanding_reminder', userId: waiting })
  expect(reminder.json.detail).toContain('new_notifications_due')
  expect((await preview({ type, userId: waiting })).json.text).toContain('An old one')

  const faults: [object, string][] = [
    [{}, 'type'],
    [{ type: 'all' }, 'type'],
    [{ type, userId: '7' }, 'userId'],
    [{ type, sample: 'none' }, 'sample'],
    [{ type, sample: 'one', userId: off }, 'sample'],
    [{ type, user: off }, 'user'],
  ]
  for (const [json, field] of faults) {
    const reply = await preview(json)
    expect(reply, field).toMatchObject({ status: 400, type: PROBLEM })
    expect(reply.json.errors).toMatchObject([{ field }])
  }
})

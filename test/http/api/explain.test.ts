import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { call } from '../../support/client.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { CRON_SECRET, startService } from '../../support/service.ts'

const unknown = randomUUID()
const explainPath = (id: string) => `/v1/users/${id}/explain`
const emailsPath = (id: string) => `/v1/users/${id}/emails`

test('a user is due, is emailed, and is explained again', async () => {
  const service = await startService()
  const { db, mailbox, app } = service
  const user = await addUser(db, { name: 'Mara' })
  const ids = [await addNotification(db, user), await addNotification(db, user, { days: 4 })]

  const before = await call(service, explainPath(user.toUpperCase()))
  expect(before).toMatchObject({
    status: 200,
    json: {
      userId: user,
      name: 'Mara',
      types: {
        new_notifications: { due: true, verdict: 'due', notificationIds: ids, possibleFrom: null },
        outstanding_reminder: { due: false, verdict: 'new_notifications_due', notificationIds: [] },
      },
    },
  })

  const sent = await call(service, emailsPath(user), { json: { type: 'new_notifications' } })
  expect(sent).toMatchObject({ status: 202, json: { type: 'new_notifications', trigger: 'http' } })
  expect(sent.headers.get('location')).toBe(`/v1/runs/${sent.json.id}`)
  await waitForRun(app.runs, sent.json.id)
  expect(mailbox.emails().map(email => email.to)).toEqual([[`${user}@example.com`]])

  const after = await call(service, explainPath(user))
  const { new_notifications: news, outstanding_reminder: reminder } = after.json.types
  expect(news).toMatchObject({ due: false, verdict: 'nothing_new' })
  expect(news.rules[0].text).toMatch(
    /^2 unread, newest 2 h ago; all carried by the new_notifications email of \d+ \w+ \d\d:\d\d UTC$/,
  )
  expect(reminder).toMatchObject({ due: false, verdict: 'cooldown' })
  const days = (Date.parse(reminder.possibleFrom) - Date.now()) / 86_400_000
  expect(days).toBeCloseTo(7, 2)

  const again = await call(service, emailsPath(user), { json: { type: 'outstanding_reminder' } })
  expect(again).toMatchObject({
    status: 409,
    type: expect.stringContaining('application/problem+json'),
    json: {
      code: 'not_due',
      detail: expect.stringContaining('next reminder possible on'),
      verdicts: {
        new_notifications: { verdict: 'nothing_new' },
        outstanding_reminder: { verdict: 'cooldown', possibleFrom: reminder.possibleFrom },
      },
    },
  })
  expect(mailbox.count).toBe(1)
})

test('invalid requests are refused with their reason', async () => {
  const service = await startService()
  const user = await addUser(service.db)
  const json = { type: 'new_notifications' }

  for (const token of [null, CRON_SECRET]) {
    expect(await call(service, explainPath(user), { token })).toMatchObject({ status: 401 })
    expect(await call(service, emailsPath(user), { token, json })).toMatchObject({ status: 401 })
  }
  const notFound = { status: 404, json: { code: 'user_not_found' } }
  expect(await call(service, explainPath(unknown))).toMatchObject(notFound)
  expect(await call(service, emailsPath(unknown), { json })).toMatchObject(notFound)

  const badField = (field: string) => ({ status: 400, json: { errors: [{ field }] } })
  expect(await call(service, explainPath('mara'))).toMatchObject(badField('userId'))
  const bodies = [
    { body: { type: 'all' }, field: 'type' },
    { body: {}, field: 'type' },
    { body: { ...json, dryRun: true }, field: 'dryRun' },
  ]
  for (const { body, field } of bodies) {
    expect(await call(service, emailsPath(user), { json: body })).toMatchObject(badField(field))
  }
})

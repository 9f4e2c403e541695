import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { notificationEmailsSent, notifications } from '../../../src/db/schema.ts'
import { encodeCursor } from '../../../src/http/api/cursor.ts'
import { call, PROBLEM } from '../../support/client.ts'
import { addAttempt, failed } from '../../support/history.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { type Service, startService } from '../../support/service.ts'
import { signIn } from '../../support/signed-in.ts'

const uuid = randomUUID()
const sentAt = '2031-01-01T00:00:00.000000'

const list = '/v1/emails?'
const stats = '/v1/emails/stats?'
const day = 'from=2031-01-01T00:00:00Z&to=2031-01-02T00:00:00Z'

/** Invalid requests, the field that the answer names, and what it says is expected. */
const refusals: [path: string, field: string | RegExp, expected: RegExp][] = [
  [`${list}page=2`, 'page', /no such field/],
  [`${list}limit=0`, 'limit', /1/],
  [`${list}limit=201`, 'limit', /200/],
  [`${list}limit=ten`, 'limit', /number/],
  [`${list}userId=7`, 'userId', /UUID of a user/],
  [`${list}userId=${uuid}&userId=${uuid}`, 'userId', /UUID/],
  [`${list}type=reminder`, 'type', /one of new_notifications, outstanding_reminder/],
  [`${list}success=yes`, 'success', /true or false/],
  [`${list}success=1`, 'success', /true or false/],
  [`${list}from=yesterday`, 'from', /with its offset/],
  [`${list}from=2031-01-01`, 'from', /with its offset/],
  [`${list}from=2031-01-01T00:00:00`, 'from', /with its offset/],
  [`${list}to=2031-02-31T00:00:00Z`, 'to', /with its offset/],
  [`${list}to=0000-01-01T00:00:00Z`, 'to', /with its offset/],
  [`${list}to=0001-01-01T00:00:00%2B14:00`, 'to', /with its offset/],
  [`${list}to=9999-12-31T23:59:59-14:00`, 'to', /with its offset/],
  [`${list}from=2031-01-01T00:00:00+01:00`, 'from', /%2B/],
  [`${list}from=2031-01-01T00:00:00Z&to=2031-01-01T00:00:00Z`, 'to', /later than `from`/],
  [`${list}notificationId=x`, 'notificationId', /UUID of a notification/],
  [`${list}runId=x`, 'runId', /UUID of a run/],
  [`${list}error=`, 'error', /a code, or a text/],
  [`${list}error=%00`, 'error', /NUL/],
  [`${list}error=${'x'.repeat(201)}`, 'error', /200/],
  [`${list}cursor=`, /^cursor/, /cursor/],
  [`${list}cursor=x`, /^cursor/, /cursor/],
  [`${list}cursor=${encodeCursor(null)}`, /^cursor/, /cursor/],
  [`${list}cursor=${encodeCursor({ id: uuid })}`, /^cursor/, /cursor/],
  [`${list}cursor=${encodeCursor({ sentAt, id: 'x' })}`, /^cursor/, /cursor/],
  [
    `${list}cursor=${encodeCursor({ sentAt: '2031-02-31T00:00:00.000000', id: uuid })}`,
    /^cursor/,
    /cu/,
  ],
  [
    `${list}cursor=${encodeCursor({ sentAt: '0000-01-01T00:00:00.000000', id: uuid })}`,
    /^cursor/,
    /cu/,
  ],
  [`${list}cursor=${encodeCursor({ sentAt: 'yesterday', id: uuid })}`, /^cursor/, /cursor/],
  ['/v1/emails/7', 'id', /UUID of an attempt/],
  [`/v1/emails/${uuid}?limit=201`, 'limit', /200/],
  [`/v1/emails/${uuid}?cursor=x`, /^cursor/, /cursor/],
  [`/v1/emails/${uuid}?cursor=${encodeCursor({ skip: -1 })}`, /^cursor/, /cursor/],
  [`/v1/emails/${uuid}?page=2`, 'page', /no such field/],
  [`${stats}to=2031-01-01T00:00:00Z`, 'from', /with its offset/],
  [`${stats}from=yesterday&to=2031-01-01T00:00:00Z`, 'from', /with its offset/],
  [`${stats}from=2031-01-01T00:00:00Z&to=9999-12-31T23:59:59-14:00`, 'to', /with its offset/],
  [`${stats}from=2031-01-01T00:00:00Z`, 'to', /with its offset/],
  [`${stats}${day}&by=week`, 'by', /one of hour, day/],
  [`${stats}${day}&type=new_notifications`, 'type', /no such field/],
  [`${stats}from=2031-01-02T00:00:00Z&to=2031-01-01T00:00:00Z`, 'to', /later than `from`/],
  [
    `${stats}from=2031-01-01T00:00:00Z&to=2031-02-01T00:00:01Z&by=hour`,
    'to',
    /at most 31 days .*by=hour; by=day allows more/,
  ],
  [`${stats}from=2031-01-01T00:00:00Z&to=2032-02-01T00:00:00Z`, 'to', /at most 366 days/],
  ['/v1/emails/export', 'format', /one of csv, ndjson/],
  ['/v1/emails/export?format=xlsx', 'format', /one of csv, ndjson/],
  ['/v1/emails/export?format=csv&limit=5', 'limit', /no such field/],
  ['/v1/emails/export?format=csv&userId=x', 'userId', /UUID/],
]

test('an invalid request is answered with the field and what it expects', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  for (const [path, field, expected] of refusals) {
    const reply = await call(service, path)
    expect(reply, path).toMatchObject({ status: 400, type: PROBLEM })
    expect(reply.json, path).toMatchObject({
      code: 'invalid_request',
      errors: [
        {
          field: expect.stringMatching(field),
          expected: expect.stringMatching(expected),
        },
      ],
    })
  }
  const missing = await call(service, `/v1/emails/${uuid}`)
  expect(missing).toMatchObject({ status: 404, type: PROBLEM, json: { code: 'email_not_found' } })
  for (const path of ['', '/stats', `/${uuid}`, '/export?format=csv']) {
    const reply = await call(service, `/v1/emails${path}`, { token: 'wrong' })
    expect(reply, path).toMatchObject({ status: 401, type: PROBLEM })
  }
})

/** One user with three older attempts and one email from this service. */
async function startWithHistory() {
  const service = await startService()
  const { db } = service
  const userId = await addUser(db, { name: 'Ada', email: 'ada@example.com' })
  const add = (sentAt: string, fields = {}) =>
    addAttempt(db, userId, { sentAt: new Date(sentAt), ...fields })
  const old = [
    await add('2024-01-01T10:00:00.5Z', failed('render: no such template')),
    await add('2024-01-01T11:00:00Z', { emailType: 'outstanding_reminder' as const }),
    await add('2024-01-02T00:00:00Z'),
  ]
  const notificationId = await addNotification(db, userId, { title: 'A <b>bold</b> title' })
  const run = await service.run()
  return { ...service, userId, old, notificationId, run }
}

async function readPages(service: Pick<Service, 'app'>, query: string) {
  const pages: string[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const reply = await call(service, `/v1/emails?${query}${cursor && `&cursor=${cursor}`}`)
    expect(reply.status, reply.text).toBe(200)
    pages.push(reply.json.data.map((row: { id: string }) => row.id))
    cursor = reply.json.cursor
  }
  return pages
}

test('large emails and long searches come a page at a time, in the API and the dashboard', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const { db } = service
  const userId = await addUser(db)
  const added = await db
    .insert(notifications)
    .values(
      Array.from({ length: 3 }, (_, at) => ({
        ...{ userId, type: 'comment_received' as const, title: `Title ${at}`, message: 'm' },
      })),
    )
    .returning()
  const kept = added.map(({ id }) => id)
  const gone = Array.from({ length: 100_000 }, () => randomUUID())
  const ids = [...kept, ...gone]
  const id = await addAttempt(db, userId, { notificationIds: ids })

  const first = await call(service, `/v1/emails/${id}`)
  expect(first.text.length).toBeLessThan(20_000)
  expect(first.json).toMatchObject({ notificationCount: ids.length, cursor: expect.any(String) })
  expect(first.json.notificationIds).toEqual(ids.slice(0, 200))
  expect(first.json.notifications).toHaveLength(3)
  const seen: string[] = []
  let titles = 0
  let next = '?limit=2'
  for (let page = 0; page < 3; page += 1) {
    const { json } = await call(service, `/v1/emails/${id}${next}`)
    seen.push(...json.notificationIds)
    titles += json.notifications.length
    next = `?limit=2&cursor=${json.cursor}`
  }
  expect({ seen, titles }).toEqual({ seen: ids.slice(0, 6), titles: 3 })
  const last = encodeCursor({ skip: ids.length - 1 })
  const end = await call(service, `/v1/emails/${id}?cursor=${last}`)
  expect(end.json).toMatchObject({ notificationIds: [ids.at(-1)], cursor: null })

  const cookie = await signIn(service)
  const open = async (path: string) =>
    (await call(service, path, { token: null, headers: { cookie } })).text
  const page = await open(`/emails/${id}`)
  expect(page).toMatch(/Notifications \(100003\).*Title 0.*47 others no longer exist/s)
  expect(page.length).toBeLessThan(40_000)
  const [, more = ''] = /href="([^"]+)" rel="next"/.exec(page) ?? []
  expect(await open(more)).toMatch(/They no longer exist.*← First/s)

  await db.execute(sql`
    insert into ${notificationEmailsSent} (user_id, email_type)
    select ${userId}::uuid, 'new_notifications' from generate_series(1, 10000)`)
  const list = await call(service, `/v1/emails?notificationId=${randomUUID()}`)
  expect(list.json).toEqual({ data: [], cursor: expect.any(String) })
  const unfinished = await open(`/emails?notification=${randomUUID()}`)
  expect(unfinished).toMatch(/No match so far.*Searched back to.*Older →/s)
})

test('attempts over HTTP: pages, filters, details, statistics', async () => {
  const service = await startWithHistory()
  const { userId, notificationId, run, mailbox } = service
  const [render = '', reminder = '', news = ''] = service.old

  const pages = await readPages(service, 'limit=3')
  const id = pages[0]?.[0] ?? ''
  expect(pages).toEqual([[id, news, reminder], [render]])
  const cases: [query: string, ids: string[]][] = [
    [`userId=${userId}&success=true&type=new_notifications`, [id, news]],
    ['success=false', [render]],
    ['from=2024-01-01T12:00:00%2B01:00&to=2024-01-02T00:00:00Z', [reminder]],
    [`notificationId=${notificationId.toUpperCase()}`, [id]],
    [`runId=${run.id}`, [id]],
    ['error=render', [render]],
    ['error=SUCH%20templ', [render]],
    [`userId=${randomUUID()}`, []],
  ]
  for (const [query, ids] of cases) {
    expect((await readPages(service, query)).flat(), query).toEqual(ids)
  }

  const one = (await call(service, `/v1/emails/${id}`)).json
  const [sent] = mailbox.emails()
  expect(one).toMatchObject({
    id,
    userId,
    emailType: 'new_notifications',
    outcome: 'accepted',
    success: true,
    errorMessage: null,
    notificationIds: [notificationId],
    delivery: { attempt: 1, runId: run.id, address: 'ada@example.com', subject: sent?.subject },
    person: { name: 'Ada', address: 'ada@example.com' },
    run: { id: run.id, type: 'all', trigger: 'http', status: 'completed' },
    notifications: [{ id: notificationId, title: 'A <b>bold</b> title', isRead: false }],
    content: { subject: sent?.subject, html: sent?.html, text: sent?.text },
    attempts: [{ id, number: 1, outcome: 'accepted' }],
    events: [],
  })
  expect(one.sentAt).toMatch(/^\d{4}-.*Z$/)

  const range = 'from=2024-01-01T00:00:00Z&to=2024-01-02T00:00:00Z'
  const figures = (await call(service, `/v1/emails/stats?${range}&by=hour`)).json
  expect(figures).toMatchObject({
    from: '2024-01-01T00:00:00.000Z',
    to: '2024-01-02T00:00:00.000Z',
    by: 'hour',
    rows: [
      { at: '2024-01-01T10:00:00.000Z', type: 'new_notifications', failed: 1, accepted: 0 },
      { at: '2024-01-01T11:00:00.000Z', type: 'outstanding_reminder', accepted: 1 },
    ],
    errors: [{ code: 'render', count: 1, example: 'render: no such template' }],
    latency: null,
  })
  expect((await call(service, `/v1/emails/stats?${range}`)).json.by).toBe('day')
})

import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import { call, PROBLEM } from '../support/client.ts'
import { addDueUsers } from '../support/host.ts'
import { type LogLine, logTo } from '../support/log.ts'
import { startService } from '../support/service.ts'

const SECRET = `whsec_${Buffer.from('a key of the receiver and of Tidings').toString('base64')}`

interface Posted {
  headers: IncomingHttpHeaders
  body: string
}
interface Body {
  type: string
  timestamp: string
  data: { id: string; type: string; userId: string | null; detail: object | null }[]
}

/** A receiver that answers with the next of these statuses, else 204; `hang` never answers. */
async function openReceiver(statuses: (number | 'hang')[]) {
  const posted: Posted[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    posted.push({ headers: request.headers, body })
    const status = statuses.shift() ?? 204
    if (status !== 'hang') response.writeHead(status, { location: '/elsewhere' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { posted, url: `http://127.0.0.1:${port}/changes` }
}

const read = (of?: Posted) => JSON.parse(of?.body ?? '{}') as Body
/** Verifies the signature as a receiver does. */
const verify = ({ headers, body }: Posted) =>
  new Webhook(SECRET).verify(body, headers as Record<string, string>)

test('changes are posted signed, and again under the same id until the receiver accepts them', async () => {
  const receiver = await openReceiver([500, 302])
  const service = await startService({
    env: { EVENTS_URL: receiver.url, EVENTS_SECRET: SECRET },
    timing: { postEvery: 30 },
  })
  const { db } = service
  const users = await addDueUsers(db, 3)
  // The receiver refuses, and the run ends all the same.
  expect(await service.run()).toMatchObject({ counts: { sent: 3 } })
  const suppress = (address: string) =>
    call(service, `/v1/suppressions/${encodeURIComponent(address)}`, { method: 'PUT', json: {} })
  // Nothing waits for the clock: the next try is due at once.
  const nextTry = async (count: number) => {
    await expect.poll(() => receiver.posted.length, { timeout: 5_000 }).toBe(count)
    await expect
      .poll(async () => {
        const [row] = await db.execute<{ failures: number }>(sql`
          select failures from tidings.change_feeds where name = 'posted'`)
        return row?.failures
      })
      .toBe(count)
    await db.execute(sql`update tidings.change_feeds set next_at = now() where name = 'posted'`)
  }
  await nextTry(1)
  await suppress('ada@example.com')
  await nextTry(2)
  const types = () => receiver.posted.slice(2).flatMap(of => read(of).data.map(({ type }) => type))
  await expect.poll(types, { timeout: 5_000 }).toContain('address.suppressed')

  const [first, second, third] = receiver.posted
  for (const each of receiver.posted) verify(each)
  for (const again of [second, third]) {
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(again?.body).toBe(first?.body)
  }
  expect(read(first)).toMatchObject({ type: 'changes', timestamp: expect.any(String) })
  const all = receiver.posted.slice(2).flatMap(of => read(of).data)
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  const accepted = all.filter(({ type }) => type === 'email.accepted')
  expect(accepted.map(({ userId }) => userId).sort()).toEqual(users.toSorted())
  expect(all.map(({ type }) => type)).toContain('run.completed')
  // Ids and codes, and no address.
  expect(receiver.posted.map(({ body }) => body).join()).not.toContain('@')
  // The feed has the same changes, and the address.
  const feed = await call(service, '/v1/changes')
  expect(feed.json).toMatchObject({ more: false, cursor: expect.any(String) })
  expect(feed.json.data.map(({ id }: { id: string }) => id)).toEqual(all.map(({ id }) => id))
  expect(JSON.stringify(feed.json)).toContain('ada@example.com')
  const rest = await call(service, `/v1/changes?cursor=${feed.json.cursor}`)
  expect(rest.json).toEqual({ data: [], cursor: feed.json.cursor, more: false })

  const faults = [
    ['type=email.sent', 'type'],
    ['userId=ada', 'userId'],
    ['limit=0', 'limit'],
    [`cursor=${Buffer.from('{"row":-1,"item":0}').toString('base64url')}`, 'cursor.row'],
    ['since=yesterday', 'since'],
  ]
  for (const [query, field] of faults) {
    expect(await call(service, `/v1/changes?${query}`), query).toMatchObject({
      status: 400,
      type: PROBLEM,
      json: { code: 'invalid_request', errors: [{ field }] },
    })
  }
})

test('after 24 h a batch is given up and the next one posted; a hung receiver delays no stop', {
  // Less than the timeout of the request that hangs at the end.
  timeout: 14_000,
}, async () => {
  const receiver = await openReceiver([500, 500, 204, 'hang'])
  const lines: LogLine[] = []
  const service = await startService({
    env: { EVENTS_URL: receiver.url, EVENTS_SECRET: SECRET, ROLE: 'worker' },
    timing: { postEvery: 30 },
    logger: logTo(lines),
  })
  const { db } = service
  const add = (type: string) => db.execute(sql`insert into tidings.changes (type) values (${type})`)
  await add('sending.stopped')
  await expect.poll(() => receiver.posted.length).toBe(1)
  await add('sending.resumed')
  await expect
    .poll(async () => {
      const moved = await db.execute(sql`
        update tidings.change_feeds set next_at = now(), failing_since = now() - interval '25 hours'
        where name = 'posted' and failures = 1 returning name`)
      return moved.length
    })
    .toBe(1)
  await expect.poll(() => receiver.posted.length).toBe(3)
  expect(receiver.posted.map(of => read(of).data.map(({ type }) => type))).toEqual([
    ['sending.stopped'],
    ['sending.stopped'],
    ['sending.resumed'],
  ])
  const text = JSON.stringify(lines)
  expect(text).toContain('EVENTS_URL did not accept changes for 24 h')
  expect(text).not.toContain(SECRET)

  await add('sending.stopped')
  await expect.poll(() => receiver.posted.length).toBe(4)
  await service.app.stop()
})

import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { events, suppressions } from '../../../src/db/schema.ts'
import {
  permanentBounce,
  postEvent,
  providerEvent,
  tagsOf,
  WEBHOOK_SECRET,
} from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf } from '../../support/provider-told.ts'
import { type Service, startService } from '../../support/service.ts'

const PROBLEM = 'application/problem+json; charset=utf-8'
const start = () => startService({ env: { ROLE: 'api', RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET } })
const keptOf = ({ db }: Service) => db.select().from(events)

const deep = 200_000
test.each([
  ['an event of another kind', { type: 'contact.created', created_at: 'x', data: { id: 'c' } }],
  [
    'an event about an email without its id',
    providerEvent('email.sent', { data: { email_id: 1 } }),
  ],
  ['no JSON', '<xml/>'],
  ['half of it', '{"type":"email.sent"'],
  ['null', 'null'],
  ['a number', '1e400'],
  ['lists without end', '['.repeat(deep) + ']'.repeat(deep)],
  ['objects without end', `${'{"data":'.repeat(deep / 4)}1${'}'.repeat(deep / 4)}`],
  ['a prototype', '{"__proto__":{"type":"email.sent"},"constructor":{"prototype":1}}'],
])('signed, but of no use (%s): answered 200 so that it is not repeated', async (_kind, event) => {
  const service = await start()
  expect(await postEvent(service, event)).toMatchObject({ status: 200, json: { received: true } })
  expect(await keptOf(service)).toEqual([])
})

test('a type that is not known is kept if it names an email', async () => {
  const service = await start()
  expect((await postEvent(service, providerEvent('email.invented_tomorrow'))).status).toBe(200)
  expect(await keptOf(service)).toMatchObject([{ type: 'email.invented_tomorrow' }])
})

test('a body of more than 1 MB is refused before anything is made of it', async () => {
  const service = await start()
  const event = providerEvent('email.sent', { data: { subject: 'x'.repeat(1024 * 1024) } })
  expect(await postEvent(service, event)).toMatchObject({ status: 413, type: PROBLEM })
})

test.each(['events', 'suppressions'])(
  'a fault of the database (at %s) is a 500, and the repetition does all that was to be done',
  async table => {
    const service = await start()
    const { db } = service
    const { userId, deliveryId, address } = await acceptedEmail(db)
    const data = { ...permanentBounce, to: [address] }
    const event = providerEvent('email.bounced', { data, tags: tagsOf(deliveryId) })
    const options = { id: `msg_${randomUUID()}` }

    await db.execute(sql`alter table tidings.${sql.raw(table)} rename to away`)
    expect(await postEvent(service, event, options)).toMatchObject({ status: 500, type: PROBLEM })
    await db.execute(sql`alter table tidings.away rename to ${sql.raw(table)}`)
    expect(await keptOf(service)).toEqual([])

    expect(await postEvent(service, event, options)).toMatchObject({ status: 200 })
    expect(await deliveryOf(db, userId)).toMatchObject({ progress: 'bounced' })
    expect(await db.select().from(suppressions)).toMatchObject([{ address }])
  },
)

import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { events, suppressions } from '../../../src/db/schema.ts'
import { PROBLEM } from '../../support/client.ts'
import {
  permanentBounce,
  postEvent,
  providerEvent,
  tagsOf,
  WEBHOOK_SECRET,
} from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf } from '../../support/record-event.ts'
import { type Service, startService } from '../../support/service.ts'

const start = () => startService({ env: { ROLE: 'api', RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET } })
const storedEvents = ({ db }: Service) => db.select().from(events)

const deep = 200_000
test.each([
  ['an event of another kind', { type: 'contact.created', created_at: 'x', data: { id: 'c' } }],
  [
    'an event about an email without its id',
    providerEvent('email.sent', { data: { email_id: 1 } }),
  ],
  ['not JSON', '<xml/>'],
  ['truncated JSON', '{"type":"email.sent"'],
  ['null', 'null'],
  ['a number', '1e400'],
  ['deeply nested lists', '['.repeat(deep) + ']'.repeat(deep)],
  ['deeply nested objects', `${'{"data":'.repeat(deep / 4)}1${'}'.repeat(deep / 4)}`],
  ['a prototype', '{"__proto__":{"type":"email.sent"},"constructor":{"prototype":1}}'],
])(
  'a signed body of no use (%s) is answered 200, so that the provider does not repeat it',
  async (_kind, event) => {
    const service = await start()
    expect(await postEvent(service, event)).toMatchObject({ status: 200, json: { received: true } })
    expect(await storedEvents(service)).toEqual([])
  },
)

test('an unknown type is stored if it names an email', async () => {
  const service = await start()
  expect((await postEvent(service, providerEvent('email.invented_tomorrow'))).status).toBe(200)
  expect(await storedEvents(service)).toMatchObject([{ type: 'email.invented_tomorrow' }])
})

test('a body of more than 1 MB is refused', async () => {
  const service = await start()
  const event = providerEvent('email.sent', { data: { subject: 'x'.repeat(1024 * 1024) } })
  expect(await postEvent(service, event)).toMatchObject({ status: 413, type: PROBLEM })
})

test.each(['events', 'suppressions'])(
  'a database error (at %s) is a 500, and the provider’s repetition is processed completely',
  async table => {
    const service = await start()
    const { db } = service
    const { userId, deliveryId, address } = await acceptedEmail(db)
    const data = { ...permanentBounce, to: [address] }
    const event = providerEvent('email.bounced', { data, tags: tagsOf(deliveryId) })
    const options = { id: `msg_${randomUUID()}` }

    await db.execute(sql`alter table tidings.${sql.raw(table)} rename to renamed`)
    expect(await postEvent(service, event, options)).toMatchObject({ status: 500, type: PROBLEM })
    await db.execute(sql`alter table tidings.renamed rename to ${sql.raw(table)}`)
    expect(await storedEvents(service)).toEqual([])

    expect(await postEvent(service, event, options)).toMatchObject({ status: 200 })
    expect(await deliveryOf(db, userId)).toMatchObject({ progress: 'bounced' })
    expect(await db.select().from(suppressions)).toMatchObject([{ address }])
  },
)

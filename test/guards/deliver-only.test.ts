import { expect, test } from 'vitest'
import { createExplainStore } from '../../src/db/explain/explain-store.ts'
import { claims, suppressions } from '../../src/db/schema.ts'
import { call } from '../support/client.ts'
import { createDatabase } from '../support/database.ts'
import { evaluate } from '../support/evaluate.ts'
import { addNotification, addUser, readAttempts } from '../support/host.ts'
import { startService } from '../support/service.ts'
import { claim, planBatch, readBatch, rules } from '../support/service-parts.ts'

const deliverOnly = ['@acme.com', 'x@y.example']

async function addReader(db: Parameters<typeof addUser>[0], email: string) {
  const userId = await addUser(db, { email })
  await addNotification(db, userId)
  return userId
}

test('only listed addresses and domains get emails, however they are spelled', async () => {
  const { db } = await createDatabase()
  const verdicts: Record<string, string> = {}
  const allowed = ['ana@acme.com', 'Ben@ACME.com', 'x@y.example', 'X@Y.Example']
  const refused = [
    'ana@mail.acme.com',
    'ana@notacme.com',
    'ana@acme.com.evil.example',
    'acme.com@evil.example',
    'xx@y.example',
    'z@y.example',
  ]
  for (const email of [...allowed, ...refused]) {
    const [verdict] = await evaluate(db, await addReader(db, email), { ...rules, deliverOnly })
    verdicts[email] = verdict
  }
  expect(verdicts).toEqual({
    ...Object.fromEntries(allowed.map(email => [email, 'due'])),
    ...Object.fromEntries(refused.map(email => [email, 'not_allowed'])),
  })
})

test('it comes after the address itself and before its suppression', async () => {
  const { db } = await createDatabase()
  const guarded = { ...rules, deliverOnly }
  const off = await addUser(db, { email: 'off@b.example', emailsEnabled: false })
  await addNotification(db, off)
  await db.insert(suppressions).values({ address: 'bad@b.example', reason: 'bounced' })
  expect((await evaluate(db, off, guarded))[0]).toBe('opted_out')
  expect((await evaluate(db, await addReader(db, 'none'), guarded))[0]).toBe('invalid_address')
  expect((await evaluate(db, await addReader(db, 'bad@b.example'), guarded))[0]).toBe('not_allowed')
})

test('explain, preview, dry run and run agree, and nothing is claimed for the others', async () => {
  const service = await startService({ env: { DELIVER_ONLY: '@ACME.com, x@y.example' } })
  const { db, run, mailbox } = service
  const ana = await addReader(db, 'ana@acme.com')
  const eve = await addReader(db, 'eve@else.example')

  const explained = await call(service, `/v1/users/${eve}/explain`)
  expect(explained.json.types.new_notifications).toMatchObject({
    due: false,
    verdict: 'not_allowed',
  })
  expect(explained.json.types.new_notifications.rules).toContainEqual({
    rule: 'delivery_guard',
    holds: false,
    text: 'DELIVER_ONLY lets only @acme.com, x@y.example get emails',
  })
  const preview = await call(service, '/v1/preview', {
    json: { type: 'new_notifications', userId: eve },
  })
  expect(preview).toMatchObject({
    status: 409,
    json: { detail: 'not_allowed: not on DELIVER_ONLY' },
  })
  const dry = await run({ dryRun: true })
  expect(dry.counts).toMatchObject({ due: 1, skipped: { not_allowed: 1 } })
  const real = await run()
  expect(real.counts).toMatchObject({ due: 1, sent: 1, skipped: { not_allowed: 1 } })

  expect(mailbox.emails().map(({ to }) => to)).toEqual([['ana@acme.com']])
  expect(await readAttempts(db, ana)).toHaveLength(1)
  expect(await readAttempts(db, eve)).toEqual([])
  expect(await db.select().from(claims)).toHaveLength(1)
})

test('a batch that was planned before is evaluated again by the claim', async () => {
  const { db } = await createDatabase()
  const batchId = await planBatch(db, [await addReader(db, 'eve@else.example')])
  expect(await claim(db, batchId, { deliverOnly })).toBeNull()
  expect(await readBatch(db, batchId)).toMatchObject({
    state: 'resolved',
    skipped: { not_allowed: 1 },
  })
  expect(await db.select().from(claims)).toEqual([])
})

test('without the guard no rule of it is listed', async () => {
  const { db } = await createDatabase()
  const explanation = await createExplainStore(db, rules).explain(
    await addReader(db, 'a@b.example'),
  )
  const names = explanation?.types.new_notifications.rules.map(({ rule }) => rule)
  expect(names).toEqual(['something_new', 'setting', 'address', 'suppression', 'in_flight'])
})

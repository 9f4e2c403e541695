import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { users } from '../../src/db/schema.ts'
import { call, callCronRoute } from '../support/client.ts'
import { addNotification, addUser } from '../support/host.ts'
import { startService } from '../support/service.ts'

test('an international domain goes over the wire in punycode', async () => {
  const { db, mailbox, run } = await startService()
  const userId = await addUser(db, { email: 'Mara@Müsic.example' })
  await addNotification(db, userId)

  expect((await run()).counts).toMatchObject({ sent: 1, failed: 0 })

  expect(mailbox.emails()[0]?.to).toEqual(['Mara@xn--msic-0ra.example'])
})

test('an address that the provider keeps refusing gets no email until it changes', async () => {
  const service = await startService()
  const { db, mailbox, run } = service
  const userId = await addUser(db, { email: 'mara@-example.com' })
  await addNotification(db, userId)
  await addNotification(db, await addUser(db))

  // A monitor of this route should not alarm because of one address.
  const first = await callCronRoute(service)
  expect(first).toMatchObject({
    status: 200,
    json: { success: true, message: '1 notification email sent, 1 address refused', emailsSent: 1 },
  })
  expect((await run()).counts).toMatchObject({ failed: 1 })
  expect((await run()).counts).toMatchObject({ failed: 1 })

  expect((await run()).counts).toMatchObject({ failed: 0, skipped: { refused_address: 1 } })
  const explained = await call(service, `/v1/users/${userId}/explain`)
  expect(explained.json.types.new_notifications).toMatchObject({
    due: false,
    verdict: 'refused_address',
  })
  expect(explained.text).toMatch(/has refused the address 3 times in a row.*Invalid `to` field/)

  await db.update(users).set({ email: 'mara@example.com' }).where(eq(users.userid, userId))
  expect((await run()).counts).toMatchObject({ sent: 1 })
  expect(mailbox.count).toBe(2)
})

test('a request that is refused as a whole says nothing about its addresses', async () => {
  const { db, mailbox, run } = await startService()
  await addNotification(db, await addUser(db))
  const refusal = { kind: 'status', status: 422, name: 'validation_error', message: 'no' } as const
  mailbox.setFault({ ...refusal, times: 4 })
  for (let attempt = 0; attempt < 4; attempt += 1) {
    expect((await run()).counts).toMatchObject({ failed: 1 })
  }

  expect((await run()).counts).toMatchObject({ sent: 1 })
})

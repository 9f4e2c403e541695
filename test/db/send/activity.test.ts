import { expect, test } from 'vitest'
import { countReputation } from '../../../src/db/send/count-reputation.ts'
import { createRateLimiter } from '../../../src/db/send/rate-limiter.ts'
import { readWaiting } from '../../../src/db/send/read-waiting.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import { accepted, claimNow, planBatch, record } from '../../support/service-parts.ts'

const account = 'resend'

test('the backlog counts planned users, and emails whose request has no final answer', async () => {
  const { db } = await createDatabase()
  expect(await readWaiting(db)).toEqual({
    planned: { batches: 0, users: 0, since: null },
    begun: { batches: 0, emails: 0 },
  })
  await planBatch(db, await addDueUsers(db, 3))
  await planBatch(db, await addDueUsers(db, 2))
  const settled = await claimNow(db, await addDueUsers(db, 4))
  await record(db, settled, accepted(settled))
  const unknown = await claimNow(db, await addDueUsers(db, 2))
  await record(db, unknown, { kind: 'repeat', error: 'timeout: no answer' })

  expect(await readWaiting(db)).toEqual({
    planned: { batches: 2, users: 5, since: expect.any(Date) },
    begun: { batches: 1, emails: 2 },
  })
})

test('the reputation counts every accepted email of 24 h since sending was resumed by hand', async () => {
  const { db } = await createDatabase()
  await createRateLimiter(db, { account })
  const batch = await claimNow(db, await addDueUsers(db, 5))
  await record(db, batch, accepted(batch))
  const set = (fields: string, count: number) =>
    db.execute(`update tidings.deliveries set ${fields} where id in
      (select id from tidings.deliveries where progress is null limit ${count})`)
  await set(`progress = 'bounced', progress_at = now()`, 1)
  await set(`progress = 'complained', progress_at = now()`, 1)
  expect(await countReputation(db, account)).toEqual({ accepted: 5, bounced: 1, complained: 1 })

  await set(`closed_at = now() - interval '25 hours'`, 1)
  expect(await countReputation(db, account)).toMatchObject({ accepted: 4 })
  await db.execute(`update tidings.lanes set counted_from = now()`)
  expect(await countReputation(db, account)).toEqual({ accepted: 0, bounced: 0, complained: 0 })
})

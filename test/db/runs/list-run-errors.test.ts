import { expect, test } from 'vitest'
import { listRunErrors } from '../../../src/db/runs/list-run-errors.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import {
  accepted,
  addRun,
  claim,
  claimNow,
  planBatch,
  record,
  rejected,
} from '../../support/service-parts.ts'

test('the errors of a run are grouped by code, with the next retry and some of the users', async () => {
  const { db } = await createDatabase()
  const runId = await addRun(db)
  const refused = await claimNow(db, await addDueUsers(db, 7), { runId })
  await record(db, refused, rejected(refused, 'validation_error: bad address'))
  const ada = await addUser(db, { name: 'Ada' })
  await addNotification(db, ada)
  const unknown = await claimNow(db, [ada], { runId })
  await record(db, unknown, { kind: 'repeat', error: 'timeout: no answer in 30 s' })
  // Its second attempt is in flight, which says nothing yet.
  await claim(db, unknown.id)
  const fine = await claimNow(db, await addDueUsers(db, 2), { runId })
  await record(db, fine, accepted(fine))
  const blocked = await addDueUsers(db, 2)
  const planned = await planBatch(db, blocked, { runId })
  await db.execute(
    `update tidings.batches set failures = 3, error = 'P0001: no' where id = '${planned}'`,
  )
  const other = await claimNow(db, await addDueUsers(db, 1))
  await record(db, other, rejected(other))

  const { errors, isSample } = await listRunErrors(db, runId)

  expect(isSample).toBe(false)
  expect(errors).toEqual([
    {
      code: 'validation_error',
      example: 'validation_error: bad address',
      emails: 7,
      nextAt: null,
      hasAttempts: true,
      users: expect.any(Array),
    },
    {
      code: 'other',
      example: 'P0001: no',
      emails: 2,
      nextAt: expect.any(Date),
      hasAttempts: false,
      users: expect.arrayContaining(blocked.map(id => ({ userId: id, name: id }))),
    },
    {
      code: 'timeout',
      example: 'timeout: no answer in 30 s',
      emails: 1,
      nextAt: expect.any(Date),
      hasAttempts: true,
      users: [{ userId: ada, name: 'Ada' }],
    },
  ])
  expect(errors[0]?.users).toHaveLength(5)
})

test('of a run with very many errors, the newest thousand are read', async () => {
  const { db } = await createDatabase()
  const runId = await addRun(db)
  const planned = await planBatch(db, await addDueUsers(db, 1_001), { runId })
  await db.execute(
    `update tidings.batches set failures = 1, error = 'timeout: no' where id = '${planned}'`,
  )

  const { errors, isSample } = await listRunErrors(db, runId)

  expect(isSample).toBe(true)
  expect(errors).toMatchObject([{ code: 'timeout', emails: 1_000 }])
})

import { expect, test } from 'vitest'
import { listRuns } from '../../../src/db/runs/read-runs.ts'
import { expectConsistent } from '../../support/expect-consistent.ts'
import { untilSettled } from '../../support/faulty-connection.ts'
import { addDueUsers } from '../../support/host.ts'
import { openNodes, untilAccepted } from '../../support/open-nodes.ts'

const USERS = 4_000

test('workers are started, stopped and killed during a run: every user is emailed once', {
  timeout: 120_000,
}, async () => {
  const { db, provider, openApi, openWorker } = await openNodes()
  await addDueUsers(db, USERS)
  const api = await openApi()
  const slow = { rate: 20 }
  const [first, second] = await Promise.all([openWorker(slow), openWorker(slow)])

  expect(await api.startRun()).toBe(true)
  await untilAccepted(provider, 500)
  await first.kill()
  const third = await openWorker(slow)
  await untilAccepted(provider, 1_500)
  expect(await second.stop()).toBe(0)
  await untilAccepted(provider, 2_500)
  // No worker runs for a moment.
  await third.kill()
  await Promise.all([openWorker(slow), openWorker(slow), openWorker(slow)])
  await untilSettled(db)

  await expectConsistent(db, provider.mailbox, USERS)
  expect(api.child.exitCode).toBeNull()
})

test('an api process sends nothing; its runs wait until a worker starts', async () => {
  const { db, provider, openApi, openWorker } = await openNodes()
  await addDueUsers(db, 150)
  const api = await openApi()
  expect(await api.startRun()).toBe(true)
  const { runs } = await listRuns(db, 10)
  expect(runs.map(({ status }) => status)).toEqual(['queued'])
  expect(provider.mailbox.count).toBe(0)

  await openWorker()
  await untilSettled(db)

  await expectConsistent(db, provider.mailbox, 150)
})

import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { expectConsistent } from '../../support/expect-consistent.ts'
import { untilSettled } from '../../support/faulty-connection.ts'
import { addDueUsers } from '../../support/host.ts'
import { noRescue, openNodes, untilWorking } from '../../support/open-nodes.ts'
import { openProvider } from '../../support/service.ts'
import { startServiceProcess } from '../../support/service-process.ts'

for (const role of ['api', 'worker', 'all']) {
  test(`ROLE=${role} without work in flight exits at once with code 0 on SIGTERM`, async () => {
    const { url, db } = await createDatabase()
    const { baseUrl } = await openProvider()
    const { child, output } = startServiceProcess(['serve'], url, baseUrl, { ROLE: role })
    await vi.waitFor(() => expect(output()).toContain('"msg":"listening"'), { timeout: 20_000 })
    if (role !== 'api') await untilWorking(db)

    const ended = once(child, 'exit')
    const since = performance.now()
    child.kill('SIGTERM')

    expect(await ended).toEqual([0, null])
    expect(output()).toContain('"msg":"stopped"')
    expect(output()).not.toContain('"level":50')
    // Much less than the 12 s for requests in flight.
    expect(performance.now() - since).toBeLessThan(6_000)
  })
}

test('another worker replays the unanswered request of a stopping worker, which is accepted once', {
  timeout: 120_000,
}, async () => {
  const { db, provider, openApi, openWorker } = await openNodes()
  await addDueUsers(db, 100)
  const timing = { ...noRescue, request: 300_000, shutdownTimeout: 500 }
  const api = await openApi()
  const stopping = await openWorker({ timing })
  provider.mailbox.setFault({ kind: 'hang-after', times: 1 })
  expect(await api.startRun()).toBe(true)
  await vi.waitFor(() => expect(provider.mailbox.count).toBe(100), { timeout: 20_000 })
  await openWorker({ timing })

  // Its request would wait for minutes; it is aborted, and its outcome is unknown.
  expect(await stopping.stop()).toBe(0)
  await untilSettled(db)

  await expectConsistent(db, provider.mailbox, 100)
})

import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { expectConsistent } from '../support/expect-consistent.ts'
import { expectFewLogLines, openNode, untilSettled } from '../support/faulty-connection.ts'
import { addDueUsers } from '../support/host.ts'
import { openCluster } from '../support/own-cluster.ts'
import { openProvider } from '../support/service.ts'

test('PostgreSQL crashes and restarts twice during a run: the service waits and continues', {
  timeout: 120_000,
}, async () => {
  const { db, url, crash, restart } = await openCluster()
  const provider = await openProvider()
  await addDueUsers(db, 800)
  const node = await openNode(url, provider.baseUrl, { RATE_LIMIT: '4' })
  const nextAccepted = () =>
    new Promise<void>(resolve => {
      const off = provider.mailbox.onAccepted(() => {
        off()
        resolve()
      })
    })
  expect(await node.startRun()).toBe(true)

  for (let crashes = 0; crashes < 2; crashes++) {
    await nextAccepted()
    await crash()
    // Long enough to show that it neither gives up nor logs every failed query.
    await delay(2_500)
    await restart()
  }
  await untilSettled(db)

  await expectConsistent(db, provider.mailbox, 800)
  expectFewLogLines(node, { losses: 3 })
  const count = (text: string) => node.lines().filter(line => line.includes(text)).length
  expect(count('connection lost')).toBeGreaterThanOrEqual(1)
  await vi.waitFor(
    () => expect(count('connection restored')).toBe(count('connection lost')),
    25_000,
  )
})

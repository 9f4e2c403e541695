import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { expectConsistent } from '../support/expect-consistent.ts'
import { expectCalm, openNode, untilSettled } from '../support/faulty-connection.ts'
import { addDueUsers } from '../support/host.ts'
import { openCluster } from '../support/own-cluster.ts'
import { openProvider } from '../support/service.ts'

test('PostgreSQL crashes twice in mid-run and comes back: the service waits for it, and goes on', {
  timeout: 120_000,
}, async () => {
  const { db, url, crash, startAgain } = await openCluster()
  const provider = await openProvider()
  await addDueUsers(db, 800)
  const node = await openNode(url, provider.baseUrl, { RATE_LIMIT: '4' })
  const acceptedAgain = () =>
    new Promise<void>(resolve => {
      const off = provider.mailbox.onAccepted(() => {
        off()
        resolve()
      })
    })
  expect(await node.startRun()).toBe(true)

  for (let crashes = 0; crashes < 2; crashes++) {
    await acceptedAgain()
    await crash()
    // Long enough to show that it neither gives up nor tells of each query that fails.
    await delay(2_500)
    await startAgain()
  }
  await untilSettled(db)

  await expectConsistent(db, provider.mailbox, 800)
  expectCalm(node, { losses: 3 })
  const told = (words: string) => node.lines().filter(line => line.includes(words)).length
  expect(told('was lost')).toBeGreaterThanOrEqual(1)
  await vi.waitFor(() => expect(told('is back')).toBe(told('was lost')), 25_000)
})

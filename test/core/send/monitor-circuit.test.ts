import { expect, test } from 'vitest'
import { monitorCircuit, type ReadReputation } from '../../../src/core/send/circuit-breaker.ts'

const reason = 'invalid_api_key: revoked'
const good: ReadReputation = { accepted: 200, bounced: 8, complained: 0, countedFrom: null }

/** Runs one check of the circuit and returns its actions. */
async function check({
  reputation = null as ReadReputation | null,
  stoppedFor = null as string | null,
  probe = true,
  holds = true,
}) {
  const actions: string[] = []
  const monitor = monitorCircuit({
    circuit: {
      trip: async () => false,
      async tripFor(reason) {
        actions.push(`trip: ${reason}`)
        return holds
      },
      takeProbe: async () => stoppedFor,
      async halfOpen(reason) {
        actions.push(`half-open: ${reason}`)
        return holds
      },
      reputation: async () => reputation,
    },
    provider: {
      async probe(signal) {
        actions.push('probe')
        return probe && !signal.aborted
      },
    },
    log: {
      stopped: ({ advice }) => actions.push(`logged: ${advice}`),
      opened: () => actions.push('logged: opened'),
    },
    probeTimeoutMs: 1_000,
    shutdownSignal: new AbortController().signal,
  })
  return { resumed: await monitor(), actions }
}

test('does nothing while the account is within its limits', async () => {
  expect(await check({ reputation: good })).toEqual({ resumed: false, actions: [] })
})

test('stops sending when too many emails bounce, and logs it once', async () => {
  const reputation = { ...good, bounced: 9 }
  const trip = 'trip: bounce_rate: 4.5 % of 200 emails bounced in 24 h (limit 4 %)'
  const first = await check({ reputation })
  expect(first.actions).toEqual([trip, expect.stringMatching(/^logged: .*-- resume/)])
  expect((await check({ reputation, holds: false })).actions).toEqual([trip])
})

test('lets sending resume after a successful probe', async () => {
  expect(await check({ stoppedFor: reason })).toEqual({
    resumed: true,
    actions: ['probe', `half-open: ${reason}`, 'logged: opened'],
  })
})

test('a failed probe, or one for a stop that was replaced meanwhile, resumes nothing', async () => {
  expect(await check({ stoppedFor: reason, probe: false })).toEqual({
    resumed: false,
    actions: ['probe'],
  })
  expect(await check({ stoppedFor: reason, holds: false })).toEqual({
    resumed: false,
    actions: ['probe', `half-open: ${reason}`],
  })
})

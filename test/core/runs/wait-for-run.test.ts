import { expect, test } from 'vitest'
import type { Run } from '../../../src/core/runs/run.ts'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { nothingScanned } from '../../../src/core/scan/plan-page.ts'

const none = { ...nothingScanned(), sent: 0, failed: 0, unknown: 0 }
const run = (status: Run['status']) => ({ id: 'r1', status, counts: none }) as unknown as Run

/** A store that returns the run in these states, one after another. */
function readings(...states: (Run | null)[]) {
  return { find: async () => states.shift() ?? null }
}

test.each(['completed', 'failed'] as const)('waits until the run has %s', async status => {
  const seen: string[] = []
  const runs = readings(run('queued'), run('running'), run(status))
  const finished = await waitForRun(runs, 'r1', {
    every: 1,
    onProgress: ({ status }) => seen.push(status),
  })
  expect(finished.status).toBe(status)
  expect(seen).toEqual(['queued', 'running', status])
})

test('a finished run is returned at once, even if the signal is already aborted', async () => {
  const signal = AbortSignal.abort()
  expect(await waitForRun(readings(run('completed')), 'r1', { signal })).toMatchObject({ id: 'r1' })
})

test('an aborted signal ends the wait with its reason and does not affect the run', async () => {
  const timeout = new AbortController()
  const runs = { find: async () => run('running') }
  const waiting = waitForRun(runs, 'r1', {
    signal: timeout.signal,
    every: 3_600_000,
    onProgress: () => timeout.abort(new Error('timed out')),
  })
  await expect(waiting).rejects.toThrow('timed out')
})

test('a deleted run ends the wait', async () => {
  await expect(waitForRun(readings(run('running')), 'r1', { every: 1 })).rejects.toThrow(
    'run r1 is gone',
  )
})

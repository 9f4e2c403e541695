import { expect, test } from 'vitest'
import type { Run } from '../../../src/core/runs/run.ts'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { nothingScanned } from '../../../src/core/scan/plan-page.ts'

const none = { ...nothingScanned(), sent: 0, failed: 0, unknown: 0 }
const run = (status: Run['status']) => ({ id: 'r1', status, counts: none }) as unknown as Run

/** A run that is read in these states, one after the other. */
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

test('a run that has finished is not waited for, even by somebody who has given up', async () => {
  const signal = AbortSignal.abort()
  expect(await waitForRun(readings(run('completed')), 'r1', { signal })).toMatchObject({ id: 'r1' })
})

test('giving up ends the waiting with its reason, and does nothing to the run', async () => {
  const patience = new AbortController()
  const runs = { find: async () => run('running') }
  const waiting = waitForRun(runs, 'r1', {
    signal: patience.signal,
    every: 3_600_000,
    onProgress: () => patience.abort(new Error('out of patience')),
  })
  await expect(waiting).rejects.toThrow('out of patience')
})

test('a run that is gone ends the waiting', async () => {
  await expect(waitForRun(readings(run('running')), 'r1', { every: 1 })).rejects.toThrow(
    'run r1 is gone',
  )
})

import { expect, test } from 'vitest'
import { scanRun } from '../../../src/core/scan/scan-run.ts'

/** A run with this many pages, and a log of the calls. */
function createRun(pages: number, { mayBegin = true } = {}) {
  const calls: string[] = []
  const scan = {
    nextPage: async () => {
      calls.push('page')
      pages -= 1
      return pages > 0
    },
    end: async () => {
      calls.push('end')
    },
  }
  return {
    calls,
    scan,
    open: async (runId: string) => {
      calls.push(`open ${runId}`)
      return mayBegin ? scan : null
    },
    runs: {
      finishIfDone: async (runId: string) => {
        calls.push(`finish ${runId}`)
      },
    },
  }
}
const never = new AbortController().signal

test('a run is scanned page by page and then finished', async () => {
  const { calls, open, runs } = createRun(3)
  await scanRun(open, runs, 'r1', never)
  expect(calls).toEqual(['open r1', 'page', 'page', 'page', 'end', 'finish r1'])
})

test('a run that must not begin is not scanned, but may be finished', async () => {
  const { calls, open, runs } = createRun(3, { mayBegin: false })
  await scanRun(open, runs, 'r1', never)
  expect(calls).toEqual(['open r1', 'finish r1'])
})

test('a stop ends the scan after the current page, and the next call continues', async () => {
  const { calls, open, runs } = createRun(3)
  await expect(scanRun(open, runs, 'r1', AbortSignal.abort())).rejects.toThrow()
  expect(calls).toEqual(['open r1', 'page', 'end'])
  await scanRun(open, runs, 'r1', never)
  expect(calls.filter(line => line === 'page')).toHaveLength(3)
})

test('a failed page fails the scan and does not finish the run', async () => {
  const { calls, open, scan, runs } = createRun(3)
  scan.nextPage = () => Promise.reject(new Error('connection lost'))
  await expect(scanRun(open, runs, 'r1', never)).rejects.toThrow('connection lost')
  expect(calls).toEqual(['open r1', 'end'])
})

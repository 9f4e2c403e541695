import { expect, test } from 'vitest'
import { scanRun } from '../../../src/core/scan/scan-run.ts'

/** A run of so many pages, and a diary of what was asked of it. */
function runOf(pages: number, { mayBegin = true } = {}) {
  const diary: string[] = []
  const scan = {
    nextPage: async () => {
      diary.push('page')
      pages -= 1
      return pages > 0
    },
    end: async () => {
      diary.push('end')
    },
  }
  return {
    diary,
    scan,
    open: async (runId: string) => {
      diary.push(`open ${runId}`)
      return mayBegin ? scan : null
    },
    runs: {
      finishIfDone: async (runId: string) => {
        diary.push(`finish ${runId}`)
      },
    },
  }
}
const never = new AbortController().signal

test('a run is scanned page by page to its last, and then asked whether it is done', async () => {
  const { diary, open, runs } = runOf(3)
  await scanRun(open, runs, 'r1', never)
  expect(diary).toEqual(['open r1', 'page', 'page', 'page', 'end', 'finish r1'])
})

test('a run that may not begin is not scanned, but its end is looked at', async () => {
  const { diary, open, runs } = runOf(3, { mayBegin: false })
  await scanRun(open, runs, 'r1', never)
  expect(diary).toEqual(['open r1', 'finish r1'])
})

test('a stop ends the scan after the page in hand and gives the rest back to whoever comes next', async () => {
  const { diary, open, runs } = runOf(3)
  await expect(scanRun(open, runs, 'r1', AbortSignal.abort())).rejects.toThrow()
  expect(diary).toEqual(['open r1', 'page', 'end'])
  await scanRun(open, runs, 'r1', never)
  expect(diary.filter(line => line === 'page')).toHaveLength(3)
})

test('a page that fails fails the scan, and the run is not called done', async () => {
  const { diary, open, scan, runs } = runOf(3)
  scan.nextPage = () => Promise.reject(new Error('connection lost'))
  await expect(scanRun(open, runs, 'r1', never)).rejects.toThrow('connection lost')
  expect(diary).toEqual(['open r1', 'end'])
})

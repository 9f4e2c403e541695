import { expect, test } from 'vitest'
import { scanRun } from '../../../src/core/scan/scan-run.ts'

/** A run of so many pages, and a diary of what was asked of it. */
function runOf(pages: number, { mayBegin = true } = {}) {
  const diary: string[] = []
  return {
    diary,
    pages: {
      begin: async (runId: string) => {
        diary.push(`begin ${runId}`)
        return mayBegin
      },
      nextPage: async (runId: string) => {
        diary.push(`page of ${runId}`)
        pages -= 1
        return pages > 0
      },
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
  const { diary, pages, runs } = runOf(3)
  await scanRun(pages, runs, 'r1', never)
  expect(diary).toEqual(['begin r1', 'page of r1', 'page of r1', 'page of r1', 'finish r1'])
})

test('a run that may not begin is not scanned, but its end is looked at', async () => {
  const { diary, pages, runs } = runOf(3, { mayBegin: false })
  await scanRun(pages, runs, 'r1', never)
  expect(diary).toEqual(['begin r1', 'finish r1'])
})

test('a stop ends the scan after the page in hand and gives the rest back to whoever comes next', async () => {
  const { diary, pages, runs } = runOf(3)
  await expect(scanRun(pages, runs, 'r1', AbortSignal.abort())).rejects.toThrow()
  expect(diary).toEqual(['begin r1', 'page of r1'])
  await scanRun(pages, runs, 'r1', never)
  expect(diary.filter(line => line === 'page of r1')).toHaveLength(3)
})

test('a page that fails fails the scan, and the run is not called done', async () => {
  const { diary, pages, runs } = runOf(3)
  const broken = { ...pages, nextPage: () => Promise.reject(new Error('connection lost')) }
  await expect(scanRun(broken, runs, 'r1', never)).rejects.toThrow('connection lost')
  expect(diary).toEqual(['begin r1'])
})

import { expect, test } from 'vitest'
import { createScan } from '../../../src/core/scan/create-scan.ts'
import { nothingScanned } from '../../../src/core/scan/plan-page.ts'
import type { EvaluatedPage, ScannedRun, ScanStore } from '../../../src/core/scan/scan-store.ts'

const run: ScannedRun = {
  id: 'r1',
  type: 'all',
  dryRun: false,
  shadow: false,
  userIds: null,
  cursor: null,
  remainder: {},
  counts: nothingScanned(),
  heldUntil: null,
  scanDone: false,
}

const pageOf = (after: string | null, through: string | null, userId: string): EvaluatedPage => ({
  after,
  through,
  due: [{ userId, newNotifications: 'due', outstandingReminder: 'new_notifications_due' }],
  others: [{ people: 2, newNotifications: 'nothing_new', outstandingReminder: 'cooldown' }],
})

/** An in-memory store with three pages, and a log of the calls. */
function createStore(initial: ScannedRun | null) {
  let stored = initial
  const calls: string[] = []
  const pages: Record<string, [through: string | null, userId: string]> = {
    null: ['b', 'a'],
    b: ['d', 'c'],
    d: [null, 'e'],
  }
  const evaluate = (after: string | null) => pageOf(after, ...(pages[String(after)] ?? [null, 'x']))
  const store: ScanStore = {
    begin: async () => initial,
    async evaluatePage({ cursor }, onEnd) {
      const page = evaluate(cursor)
      onEnd(page.through)
      return page
    },
    async applyPage(from, { plan, next }) {
      calls.push(`apply ${from.cursor}: ${plan.batches.map(({ userIds }) => userIds.join())}`)
      if (stored?.cursor !== from.cursor) return false
      stored = next
      return true
    },
    async applyShadowPage(_runId, planStep) {
      if (!stored || stored.scanDone) return null
      calls.push(`shadow ${stored.cursor}`)
      stored = planStep(stored, evaluate(stored.cursor)).next
      return stored
    },
  }
  return { store, calls, stored: () => stored }
}

test('each page is evaluated and applied once, and an incomplete batch waits for the last page', async () => {
  const { store, calls, stored } = createStore(run)
  const scan = await createScan(store, 'r1')

  expect(await scan?.nextPage()).toBe(true)
  expect(stored()).toMatchObject({ cursor: 'b', remainder: { new_notifications: ['a'] } })
  expect(await scan?.nextPage()).toBe(true)
  expect(await scan?.nextPage()).toBe(false)

  expect(calls).toEqual(['apply null: ', 'apply b: ', 'apply d: a,c,e'])
  expect(stored()).toMatchObject({ scanDone: true, remainder: {}, counts: { scanned: 9, due: 3 } })
})

test('a scan resumes after the last applied page', async () => {
  const { store, calls } = createStore({ ...run, cursor: 'd' })
  const scan = await createScan(store, 'r1')

  expect(await scan?.nextPage()).toBe(false)
  expect(calls).toEqual(['apply d: e'])
})

test('a scan ends if another process has moved the cursor', async () => {
  const { store, calls } = createStore(run)
  const scan = await createScan(store, 'r1')
  await scan?.nextPage()
  const otherScan = await createScan(store, 'r1')

  expect(await otherScan?.nextPage()).toBe(false)
  expect(calls).toHaveLength(2)
})

test('pages of a shadow run are evaluated and applied in one step', async () => {
  const { store, calls, stored } = createStore({ ...run, dryRun: true, shadow: true })
  const scan = await createScan(store, 'r1')

  expect(await scan?.nextPage()).toBe(true)
  expect(await scan?.nextPage()).toBe(true)
  expect(await scan?.nextPage()).toBe(false)
  expect(calls).toEqual(['shadow null', 'shadow b', 'shadow d'])
  expect(stored()).toMatchObject({ remainder: {}, counts: { due: 3 } })
})

test('a run that must not begin is not scanned', async () => {
  expect(await createScan(createStore(null).store, 'r1')).toBeNull()
})

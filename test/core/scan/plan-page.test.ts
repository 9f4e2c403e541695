import { describe, expect, test } from 'vitest'
import { type RunType, runTypes } from '../../../src/core/runs/run.ts'
import { BATCH_SIZE, nothingScanned, planPage } from '../../../src/core/scan/plan-page.ts'
import type { Verdict, Verdicts } from '../../../src/core/scan/rules.ts'

let serial = 0
const user = (newNotifications: Verdict, outstandingReminder: Verdict): Verdicts => ({
  userId: `user-${serial++}`,
  newNotifications,
  outstandingReminder,
})
const dueForNew = () => user('due', 'new_notifications_due')
const dueForReminder = () => user('nothing_new', 'due')
const many = (count: number, make: () => Verdicts) => Array.from({ length: count }, make)
const start = () => ({ remainder: {}, counts: nothingScanned(), heldUntil: null })
const sum = (skipped: Record<string, number>) => Object.values(skipped).reduce((a, b) => a + b, 0)
const ids = (users: Verdicts[]) => users.map(({ userId }) => userId)

/** Plans all pages, as the scan does. */
function planAll(runType: RunType, pages: Verdicts[][]) {
  let before: Parameters<typeof planPage>[2] = start()
  return pages.map((page, index) => {
    const plan = planPage(runType, page, before, index === pages.length - 1)
    before = plan
    return plan
  })
}

describe('batches', () => {
  test('a batch holds as many users as a request may, in the order of the scan', () => {
    const users = many(250, dueForNew)
    const { batches, remainder } = planPage('all', users, start(), false)
    expect(batches.map(({ userIds }) => userIds)).toEqual([
      ids(users.slice(0, BATCH_SIZE)),
      ids(users.slice(BATCH_SIZE, 2 * BATCH_SIZE)),
    ])
    expect(remainder.new_notifications).toEqual(ids(users.slice(2 * BATCH_SIZE)))
  })

  test('an incomplete batch waits for the next page', () => {
    const pages = [many(70, dueForNew), many(70, dueForNew), many(70, dueForNew)]
    const plans = planAll('all', pages)
    expect(plans.map(plan => plan.batches.map(({ userIds }) => userIds.length))).toEqual([
      [],
      [100],
      [100, 10],
    ])
    expect(plans.flatMap(plan => plan.batches.flatMap(({ userIds }) => userIds))).toEqual(
      ids(pages.flat()),
    )
  })

  test('the last page plans all remaining users, even if it is empty', () => {
    const waiting = many(3, dueForNew)
    const [, last] = planAll('all', [waiting, []])
    expect(last?.batches).toEqual([{ emailType: 'new_notifications', userIds: ids(waiting) }])
    expect(last?.remainder).toEqual({ new_notifications: [], outstanding_reminder: [] })
  })

  test('no empty batch follows an exactly full one', () => {
    const { batches } = planPage('all', many(BATCH_SIZE, dueForNew), start(), true)
    expect(batches).toHaveLength(1)
  })

  test('no users, no batch', () => {
    expect(planPage('all', [], start(), true).batches).toEqual([])
  })

  test('the two types never share a batch', () => {
    const fresh = many(2, dueForNew)
    const old = many(2, dueForReminder)
    const mixed = [fresh[0], old[0], fresh[1], old[1]].filter(one => one !== undefined)
    const { batches } = planPage('all', mixed, start(), true)
    expect(batches).toEqual([
      { emailType: 'new_notifications', userIds: ids(fresh) },
      { emailType: 'outstanding_reminder', userIds: ids(old) },
    ])
  })

  test('a run of one type plans only that type', () => {
    const users = [dueForNew(), dueForReminder()]
    for (const type of ['new_notifications', 'outstanding_reminder'] as const) {
      const { batches } = planPage(type, users, start(), true)
      expect(batches.map(({ emailType }) => emailType)).toEqual([type])
      expect(batches.flatMap(({ userIds }) => userIds)).toHaveLength(1)
    }
  })
})

describe('counts', () => {
  const page = () => [
    ...many(3, dueForNew),
    ...many(2, dueForReminder),
    user('opted_out', 'opted_out'),
    user('nothing_new', 'nothing_outstanding'),
    ...many(2, () => user('nothing_new', 'cooldown')),
  ]

  test.each(runTypes)('a run of %s: every scanned user is due or skipped for one reason', type => {
    const [, { counts } = { counts: nothingScanned() }] = planAll(type, [page(), page()])
    expect(counts.scanned).toBe(2 * page().length)
    expect(counts.due + sum(counts.skipped)).toBe(counts.scanned)
    const emailTypes = (['new_notifications', 'outstanding_reminder'] as const).filter(
      emailType => type === 'all' || type === emailType,
    )
    for (const emailType of emailTypes) {
      const { due, skipped } = counts.byType[emailType]
      expect(due + sum(skipped)).toBe(counts.scanned)
    }
    expect(counts.due).toBe(
      counts.byType.new_notifications.due + counts.byType.outstanding_reminder.due,
    )
  })

  test('a run of both types counts a user once, by the reason for the last type', () => {
    const { counts } = planPage('all', page(), start(), true)
    expect(counts).toMatchObject({
      scanned: 9,
      due: 5,
      skipped: { opted_out: 1, nothing_outstanding: 1, cooldown: 2 },
    })
    expect(counts.byType).toEqual({
      new_notifications: { due: 3, skipped: { opted_out: 1, nothing_new: 5 } },
      outstanding_reminder: {
        due: 2,
        skipped: { new_notifications_due: 3, opted_out: 1, nothing_outstanding: 1, cooldown: 2 },
      },
    })
  })

  test('a run of one type counts nothing for the other', () => {
    const { counts } = planPage('outstanding_reminder', page(), start(), true)
    expect(counts.skipped).toMatchObject({ new_notifications_due: 3 })
    expect(counts.byType.new_notifications).toEqual({ due: 0, skipped: {} })
  })

  test('users who are not due can be counted as a group or one by one', () => {
    const isDue = (one: Verdicts) =>
      one.newNotifications === 'due' || one.outstandingReminder === 'due'
    for (const type of runTypes) {
      const users = page()
      const others = users
        .filter(one => !isDue(one))
        .map(({ userId: _, ...verdicts }) => ({ ...verdicts, people: 3 }))
      const oneByOne = users.flatMap(one => (isDue(one) ? one : [one, one, one]))
      expect(planPage(type, users.filter(isDue), start(), true, others)).toEqual(
        planPage(type, oneByOne, start(), true),
      )
    }
  })

  test('the previous counts are not modified', () => {
    const before = start()
    planPage('all', page(), before, false)
    expect(before).toEqual(start())
  })
})

import { expect, test } from 'vitest'
import {
  type ListedEmail,
  reconcileUnknown,
} from '../../../src/core/maintenance/reconcile-unknown.ts'

const now = Date.now()
const { signal } = new AbortController()

function setUp(emails: (ListedEmail & { tag?: string })[], pageSize: number) {
  const calls = { pages: 0, tagsRead: [] as string[], accepted: [] as [string, string][] }
  const deps = {
    signal,
    pace: async () => true,
    unknown: {
      list: async () => [
        { id: 'd1', address: 'Mara@example.com', claimedAt: new Date(now - 86_400_000) },
        { id: 'd2', address: 'jonas@example.com', claimedAt: new Date(now - 80_000_000) },
      ],
      accept: async (deliveryId: string, providerId: string) => {
        calls.accepted.push([deliveryId, providerId])
      },
    },
    sent: {
      list: async (after: string | undefined) => {
        calls.pages += 1
        const start = after ? emails.findIndex(email => email.id === after) + 1 : 0
        return emails.slice(start, start + pageSize)
      },
      readTags: async (id: string) => {
        calls.tagsRead.push(id)
        const tag = emails.find(email => email.id === id)?.tag
        return tag ? { delivery_id: tag } : null
      },
    },
  }
  return { deps, calls }
}

const email = (id: string, to: string, hoursAgo: number, tag?: string) => ({
  id,
  to: [to],
  createdAt: new Date(now - hoursAgo * 3_600_000),
  ...(tag && { tag }),
})

test('only our own tag proves that an email belongs to a delivery', async () => {
  const { deps, calls } = setUp(
    [
      email('a', 'mara@example.com', 1, 'another delivery'),
      email('b', 'mara@example.com', 2),
      email('c', 'other@example.com', 23, 'd1'),
      email('d', 'mara@EXAMPLE.com', 23, 'd1'),
    ],
    2,
  )
  expect(await reconcileUnknown(deps)).toEqual({ asked: 2, found: 1 })
  expect(calls.accepted).toEqual([['d1', 'd']])
  expect(calls.tagsRead).toEqual(['a', 'b', 'd'])
})

test('the search stops at the oldest delivery, or when all are found', async () => {
  const old = Array.from({ length: 50 }, (_, index) => email(`o${index}`, 'x@example.com', 30))
  const { deps, calls } = setUp(old, 10)
  expect(await reconcileUnknown(deps)).toEqual({ asked: 2, found: 0 })
  expect(calls.pages).toBe(1)

  const found = [email('a', 'mara@example.com', 1, 'd1'), email('b', 'jonas@example.com', 1, 'd2')]
  const young = Array.from({ length: 50 }, (_, index) => email(`y${index}`, 'x@example.com', 2))
  const again = setUp([...found, ...young], 2)
  expect(await reconcileUnknown(again.deps)).toEqual({ asked: 2, found: 2 })
  expect(again.calls.pages).toBe(1)
})

test('without unknown deliveries, the provider is not queried', async () => {
  const { deps, calls } = setUp([], 10)
  const none = { ...deps, unknown: { ...deps.unknown, list: async () => [] } }
  expect(await reconcileUnknown(none)).toEqual({ asked: 0, found: 0 })
  expect(calls.pages).toBe(0)
})

test('deliveries stay unknown if the provider does not answer or sending is stopped', async () => {
  const { deps, calls } = setUp([email('a', 'mara@example.com', 1, 'd1')], 10)
  const unanswered = { ...deps, sent: { ...deps.sent, list: async () => null } }
  expect(await reconcileUnknown(unanswered)).toEqual({ asked: 2, found: 0 })
  expect(await reconcileUnknown({ ...deps, pace: async () => false })).toEqual({
    asked: 2,
    found: 0,
  })
  expect(calls.accepted).toEqual([])
})

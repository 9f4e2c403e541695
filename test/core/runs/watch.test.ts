import { expect, test } from 'vitest'
import { createWatch } from '../../../src/core/runs/watch.ts'

/** A thing that changes when told, and counts how often it was read. */
function thing() {
  let value = 0
  let reads = 0
  const watch = createWatch(
    async () => {
      reads += 1
      if (value < 0) throw new Error('broken')
      return value
    },
    { every: 1, isLast: reading => reading >= 100 },
  )
  return {
    watch,
    reads: () => reads,
    set: (next: number) => {
      value = next
    },
  }
}

const next = async (followed: AsyncGenerator<number>) => (await followed.next()).value

test('who follows gets the reading of the moment, then what differs, then the end', async () => {
  const { watch, reads, set } = thing()
  const followed = watch.follow(new AbortController().signal)

  expect(await next(followed)).toBe(0)
  const second = next(followed)
  const before = reads()
  await expect.poll(reads).toBeGreaterThan(before + 2)
  set(1)
  expect(await second).toBe(1)
  set(100)
  expect(await next(followed)).toBe(100)
  expect((await followed.next()).done).toBe(true)
})

test('many who follow cost one reading at a time, and nobody costs none', async () => {
  let open = 0
  let most = 0
  let reads = 0
  const watch = createWatch(
    async () => {
      open += 1
      most = Math.max(most, open)
      reads += 1
      await new Promise(resolve => setTimeout(resolve, 1))
      open -= 1
      return reads
    },
    { every: 1 },
  )
  const leave = new AbortController()
  const followers = Array.from({ length: 20 }, () => watch.follow(leave.signal))
  await Promise.all(followers.map(follower => follower.next()))
  await Promise.all(followers.map(follower => follower.next()))
  expect(most).toBe(1)

  const ends = followers.map(follower => follower.next())
  leave.abort()
  await Promise.all(ends)
  await expect.poll(() => open).toBe(0)
  const left = reads
  await new Promise(resolve => setTimeout(resolve, 30))
  expect(reads).toBe(left)

  const again = watch.follow(new AbortController().signal)
  expect(await next(again)).toBeGreaterThan(left)
  await again.return()
})

test('a reading that fails is told to who follows, and the next one may follow again', async () => {
  const { watch, set } = thing()
  set(-1)
  await expect(watch.follow(new AbortController().signal).next()).rejects.toThrow('broken')
  set(5)
  const followed = watch.follow(new AbortController().signal)
  expect(await next(followed)).toBe(5)
  await followed.return()
})

test('who is slow gets the newest next, not all between', async () => {
  const { watch, reads, set } = thing()
  const followed = watch.follow(new AbortController().signal)
  expect(await next(followed)).toBe(0)
  for (const value of [1, 2, 3]) {
    set(value)
    const before = reads()
    await expect.poll(reads).toBeGreaterThan(before + 1)
  }
  expect(await next(followed)).toBe(3)
  await followed.return()
})

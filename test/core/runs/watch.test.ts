import { expect, test } from 'vitest'
import { createWatch } from '../../../src/core/runs/watch.ts'

/** Watches a value that the test sets, and counts the reads. */
function watchValue() {
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

test('a follower gets the current reading, then each different one, then the end', async () => {
  const { watch, reads, set } = watchValue()
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

test('many followers cause one read at a time, and no follower causes none', async () => {
  let open = 0
  let maxOpen = 0
  let reads = 0
  const watch = createWatch(
    async () => {
      open += 1
      maxOpen = Math.max(maxOpen, open)
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
  expect(maxOpen).toBe(1)

  const ends = followers.map(follower => follower.next())
  leave.abort()
  await Promise.all(ends)
  await expect.poll(() => open).toBe(0)
  const readsBefore = reads
  await new Promise(resolve => setTimeout(resolve, 30))
  expect(reads).toBe(readsBefore)

  const again = watch.follow(new AbortController().signal)
  expect(await next(again)).toBeGreaterThan(readsBefore)
  await again.return()
})

test('a failed read is reported to the followers, and a new follower starts again', async () => {
  const { watch, set } = watchValue()
  set(-1)
  await expect(watch.follow(new AbortController().signal).next()).rejects.toThrow('broken')
  set(5)
  const followed = watch.follow(new AbortController().signal)
  expect(await next(followed)).toBe(5)
  await followed.return()
})

test('a slow follower gets the newest reading and not those in between', async () => {
  const { watch, reads, set } = watchValue()
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

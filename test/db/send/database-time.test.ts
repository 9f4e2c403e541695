import { expect, test } from 'vitest'
import { createDatabaseTime } from '../../../src/db/send/database-time.ts'

/** Two clocks: ours begins at 0 when the database's stands at 50,000. */
function setUp() {
  let ours = 0
  let set = 50_000
  const databaseTime = createDatabaseTime(() => ours)
  return {
    set: (byMs: number) => {
      set += byMs
    },
    /** Asks at our time; the answer takes so long. Resolves to what is made of it. */
    ask(at: number, delayMs: number) {
      ours = at + delayMs
      return databaseTime(at + set)
    },
  }
}

test('an answer that waited is known by those that did not', () => {
  const { ask } = setUp()
  ask(100, 1)
  expect(ask(200, 40)).toBe(50_239)
  expect(ask(300, 1)).toBe(50_300)
})

test('a faster answer tells more than those before it', () => {
  const { ask } = setUp()
  expect(ask(100, 30)).toBe(50_100)
  expect(ask(200, 5)).toBe(50_200)
  expect(ask(300, 30)).toBe(50_325)
})

test('a clock that was set is believed at once', () => {
  const { ask, set } = setUp()
  ask(100, 1)
  set(-5_000)
  expect(ask(200, 1)).toBe(45_200)
  set(9_000)
  expect(ask(300, 1)).toBe(54_300)
})

test('a clock that runs a little faster is followed', () => {
  const { ask, set } = setUp()
  for (let at = 0; at < 100; at += 1) {
    set(-1)
    ask(at * 100, 1)
  }
  // By 30 ms it is not, as long as the oldest of 32 answers is remembered.
  expect(ask(10_000, 1)).toBe(59_930)
})

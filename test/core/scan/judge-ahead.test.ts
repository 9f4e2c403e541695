import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { judgeAhead } from '../../../src/core/scan/judge-ahead.ts'

/** Pages a, b, c …, of which each is judged when the test says so. */
function alphabet(last: string, applies: (page: string) => Promise<boolean> = async () => true) {
  const diary: string[] = []
  const judging = new Map<string, PromiseWithResolvers<string>>()
  const scan = judgeAhead<string>(
    {
      judge(behind, endsWith) {
        const page = behind ? String.fromCharCode(behind.charCodeAt(0) + 1) : 'a'
        diary.push(`judge ${page}`)
        endsWith(page === last ? null : page)
        const judged = Promise.withResolvers<string>()
        judging.set(page, judged)
        return judged.promise
      },
      async apply(page) {
        diary.push(`apply ${page}`)
        return (await applies(page)) && page !== last
      },
    },
    null,
  )
  return { diary, scan, judged: (page: string) => judging.get(page)?.resolve(page), judging }
}

test('two pages are judged at once, and further ones as soon as one is taken', async () => {
  const { diary, scan, judged } = alphabet('d')
  const first = scan.nextPage()
  await turn()
  expect(diary).toEqual(['judge a', 'judge b'])
  judged('a')
  expect(await first).toBe(true)
  await turn()
  expect(diary.slice(2).sort()).toEqual(['apply a', 'judge c'])
  await turn()
  expect(diary).toHaveLength(4)
})

test('pages are applied in their order, whichever is judged first, and the last one is the last', async () => {
  const { diary, scan, judged } = alphabet('c')
  const first = scan.nextPage()
  await turn()
  judged('b')
  await turn()
  expect(diary).toEqual(['judge a', 'judge b'])
  judged('a')
  expect(await first).toBe(true)
  expect(await scan.nextPage()).toBe(true)
  judged('c')
  expect(await scan.nextPage()).toBe(false)
  expect(diary.filter(line => line.startsWith('apply'))).toEqual(['apply a', 'apply b', 'apply c'])
  await scan.end()
})

test('while a page is applied, two at most lie judged behind it', async () => {
  const { diary, scan, judged } = alphabet('z', () => new Promise(() => {}))
  scan.nextPage()
  for (const page of 'abcdef') {
    await turn()
    judged(page)
  }
  await turn()
  expect(diary.filter(line => line.startsWith('judge'))).toEqual(['judge a', 'judge b', 'judge c'])
})

test('the end waits for what is being judged, and begins nothing more', async () => {
  const { diary, scan, judged } = alphabet('z')
  const first = scan.nextPage()
  await turn()
  judged('a')
  await first
  let ended = false
  const end = scan.end().then(() => {
    ended = true
  })
  judged('b')
  await turn()
  expect(ended).toBe(false)
  judged('c')
  await end
  expect(diary.filter(line => line.startsWith('judge'))).toHaveLength(3)
})

test('what waits for the page before it is not begun after the end', async () => {
  const judged: (string | null)[] = []
  const told = Promise.withResolvers<void>()
  const scan = judgeAhead<string>(
    {
      async judge(behind, endsWith) {
        judged.push(behind)
        await told.promise
        endsWith('a')
        throw new Error('connection lost')
      },
      apply: async () => true,
    },
    null,
  )
  const first = scan.nextPage()
  await turn()
  const end = scan.end()
  told.resolve()
  await expect(first).rejects.toThrow('connection lost')
  await end
  expect(judged).toEqual([null])
})

test('a judgement that fails is heard of in its turn, and nothing is judged behind it', async () => {
  const { diary, scan, judged, judging } = alphabet('z')
  const first = scan.nextPage()
  await turn()
  judging.get('b')?.reject(new Error('connection lost'))
  // Nobody waits for it yet; that ends no process.
  await turn()
  judged('a')
  expect(await first).toBe(true)
  await expect(scan.nextPage()).rejects.toThrow('connection lost')
  judged('c')
  await scan.end()
  expect(diary.filter(line => line.startsWith('apply'))).toEqual(['apply a'])
})

test('one that fails before it knows its end leaves nobody waiting', async () => {
  const scan = judgeAhead<string>(
    {
      judge: () => Promise.reject(new Error('no connection')),
      apply: async () => true,
    },
    null,
  )
  await expect(scan.nextPage()).rejects.toThrow('no connection')
  await scan.end()
})

import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { prefetchPages } from '../../../src/core/scan/prefetch-pages.ts'

/** Pages a, b, c …, of which each is evaluated when the test says so. */
function alphabet(last: string, applies: (page: string) => Promise<boolean> = async () => true) {
  const diary: string[] = []
  const evaluating = new Map<string, PromiseWithResolvers<string>>()
  const scan = prefetchPages<string>(
    {
      evaluate(after, onEnd) {
        const page = after ? String.fromCharCode(after.charCodeAt(0) + 1) : 'a'
        diary.push(`evaluate ${page}`)
        onEnd(page === last ? null : page)
        const evaluated = Promise.withResolvers<string>()
        evaluating.set(page, evaluated)
        return evaluated.promise
      },
      async apply(page) {
        diary.push(`apply ${page}`)
        return (await applies(page)) && page !== last
      },
    },
    null,
  )
  return {
    diary,
    scan,
    evaluated: (page: string) => evaluating.get(page)?.resolve(page),
    evaluating,
  }
}

test('two pages are evaluated at once, and further ones as soon as one is taken', async () => {
  const { diary, scan, evaluated } = alphabet('d')
  const first = scan.nextPage()
  await turn()
  expect(diary).toEqual(['evaluate a', 'evaluate b'])
  evaluated('a')
  expect(await first).toBe(true)
  await turn()
  expect(diary.slice(2).sort()).toEqual(['apply a', 'evaluate c'])
  await turn()
  expect(diary).toHaveLength(4)
})

test('pages are applied in their order, whichever is evaluated first, and the last one is the last', async () => {
  const { diary, scan, evaluated } = alphabet('c')
  const first = scan.nextPage()
  await turn()
  evaluated('b')
  await turn()
  expect(diary).toEqual(['evaluate a', 'evaluate b'])
  evaluated('a')
  expect(await first).toBe(true)
  expect(await scan.nextPage()).toBe(true)
  evaluated('c')
  expect(await scan.nextPage()).toBe(false)
  expect(diary.filter(line => line.startsWith('apply'))).toEqual(['apply a', 'apply b', 'apply c'])
  await scan.end()
})

test('while a page is applied, two at most lie evaluated behind it', async () => {
  const { diary, scan, evaluated } = alphabet('z', () => new Promise(() => {}))
  scan.nextPage()
  for (const page of 'abcdef') {
    await turn()
    evaluated(page)
  }
  await turn()
  expect(diary.filter(line => line.startsWith('evaluate'))).toEqual([
    'evaluate a',
    'evaluate b',
    'evaluate c',
  ])
})

test('the end waits for what is being evaluated, and begins nothing more', async () => {
  const { diary, scan, evaluated } = alphabet('z')
  const first = scan.nextPage()
  await turn()
  evaluated('a')
  await first
  let ended = false
  const end = scan.end().then(() => {
    ended = true
  })
  evaluated('b')
  await turn()
  expect(ended).toBe(false)
  evaluated('c')
  await end
  expect(diary.filter(line => line.startsWith('evaluate'))).toHaveLength(3)
})

test('what waits for the page before it is not begun after the end', async () => {
  const evaluated: (string | null)[] = []
  const told = Promise.withResolvers<void>()
  const scan = prefetchPages<string>(
    {
      async evaluate(after, onEnd) {
        evaluated.push(after)
        await told.promise
        onEnd('a')
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
  expect(evaluated).toEqual([null])
})

test('an evaluation that fails is heard of in its turn, and nothing is evaluated behind it', async () => {
  const { diary, scan, evaluated, evaluating } = alphabet('z')
  const first = scan.nextPage()
  await turn()
  evaluating.get('b')?.reject(new Error('connection lost'))
  // Nobody waits for it yet; that ends no process.
  await turn()
  evaluated('a')
  expect(await first).toBe(true)
  await expect(scan.nextPage()).rejects.toThrow('connection lost')
  evaluated('c')
  await scan.end()
  expect(diary.filter(line => line.startsWith('apply'))).toEqual(['apply a'])
})

test('one that fails before it knows its end leaves nobody waiting', async () => {
  const scan = prefetchPages<string>(
    {
      evaluate: () => Promise.reject(new Error('no connection')),
      apply: async () => true,
    },
    null,
  )
  await expect(scan.nextPage()).rejects.toThrow('no connection')
  await scan.end()
})

import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { prefetchPages } from '../../../src/core/scan/prefetch-pages.ts'

/** Pages a, b, c …; the test determines when each is evaluated. */
function createPages(last: string, applies: (page: string) => Promise<boolean> = async () => true) {
  const calls: string[] = []
  const evaluating = new Map<string, PromiseWithResolvers<string>>()
  const scan = prefetchPages<string>(
    {
      evaluate(after, onEnd) {
        const page = after ? String.fromCharCode(after.charCodeAt(0) + 1) : 'a'
        calls.push(`evaluate ${page}`)
        onEnd(page === last ? null : page)
        const evaluated = Promise.withResolvers<string>()
        evaluating.set(page, evaluated)
        return evaluated.promise
      },
      async apply(page) {
        calls.push(`apply ${page}`)
        return (await applies(page)) && page !== last
      },
    },
    null,
  )
  return {
    calls,
    scan,
    evaluated: (page: string) => evaluating.get(page)?.resolve(page),
    evaluating,
  }
}

test('two pages are evaluated at once, and the next one as soon as one is applied', async () => {
  const { calls, scan, evaluated } = createPages('d')
  const first = scan.nextPage()
  await turn()
  expect(calls).toEqual(['evaluate a', 'evaluate b'])
  evaluated('a')
  expect(await first).toBe(true)
  await turn()
  expect(calls.slice(2).sort()).toEqual(['apply a', 'evaluate c'])
  await turn()
  expect(calls).toHaveLength(4)
})

test('pages are applied in order, whichever is evaluated first', async () => {
  const { calls, scan, evaluated } = createPages('c')
  const first = scan.nextPage()
  await turn()
  evaluated('b')
  await turn()
  expect(calls).toEqual(['evaluate a', 'evaluate b'])
  evaluated('a')
  expect(await first).toBe(true)
  expect(await scan.nextPage()).toBe(true)
  evaluated('c')
  expect(await scan.nextPage()).toBe(false)
  expect(calls.filter(line => line.startsWith('apply'))).toEqual(['apply a', 'apply b', 'apply c'])
  await scan.end()
})

test('while a page is applied, at most two further pages are evaluated', async () => {
  const { calls, scan, evaluated } = createPages('z', () => new Promise(() => {}))
  scan.nextPage()
  for (const page of 'abcdef') {
    await turn()
    evaluated(page)
  }
  await turn()
  expect(calls.filter(line => line.startsWith('evaluate'))).toEqual([
    'evaluate a',
    'evaluate b',
    'evaluate c',
  ])
})

test('`end` waits for running evaluations and starts no further ones', async () => {
  const { calls, scan, evaluated } = createPages('z')
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
  expect(calls.filter(line => line.startsWith('evaluate'))).toHaveLength(3)
})

test('a page that waits for the previous one is not evaluated after `end`', async () => {
  const evaluated: (string | null)[] = []
  const mayContinue = Promise.withResolvers<void>()
  const scan = prefetchPages<string>(
    {
      async evaluate(after, onEnd) {
        evaluated.push(after)
        await mayContinue.promise
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
  mayContinue.resolve()
  await expect(first).rejects.toThrow('connection lost')
  await end
  expect(evaluated).toEqual([null])
})

test('a failed evaluation is reported in page order, and no later page is evaluated', async () => {
  const { calls, scan, evaluated, evaluating } = createPages('z')
  const first = scan.nextPage()
  await turn()
  evaluating.get('b')?.reject(new Error('connection lost'))
  // Not awaited yet, but not an unhandled rejection either.
  await turn()
  evaluated('a')
  expect(await first).toBe(true)
  await expect(scan.nextPage()).rejects.toThrow('connection lost')
  evaluated('c')
  await scan.end()
  expect(calls.filter(line => line.startsWith('apply'))).toEqual(['apply a'])
})

test('an evaluation that fails before it reports its end does not block the scan', async () => {
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

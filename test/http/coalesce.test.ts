import fs, { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test, vi } from 'vitest'
import { coalesce } from '../../src/http/coalesce.ts'
import { call } from '../support/client.ts'
import { addDueUsers } from '../support/host.ts'
import { startService } from '../support/service.ts'

/** The number of transactions in the database so far. */
async function countTransactions({
  db,
}: Awaited<ReturnType<typeof startService>>): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select (xact_commit + xact_rollback)::int as count from pg_stat_database
    where datname = current_database()`)
  return row?.count ?? 0
}

test('concurrent calls share one result, also a failure', async () => {
  let reads = 0
  let settle = { resolve: (_: number) => {}, reject: (_: Error) => {} }
  const read = coalesce(() => {
    reads += 1
    return new Promise<number>((resolve, reject) => {
      settle = { resolve, reject }
    })
  }, 50)

  const first = [read(), read(), read()]
  settle.resolve(1)
  expect(await Promise.all(first)).toEqual([1, 1, 1])
  expect(await read()).toBe(1)
  expect(reads).toBe(1)

  await vi.waitFor(() => {
    void read()
    expect(reads).toBe(2)
  })
  settle.reject(new Error('away'))
  await expect(read()).rejects.toThrow('away')
  await expect(read()).rejects.toThrow('away')
  expect(reads).toBe(2)
})

test('a result is kept longer if its read took longer', async () => {
  let reads = 0
  const read = coalesce(
    async () => {
      reads += 1
      const startedAt = performance.now()
      while (performance.now() - startedAt < 20) await Promise.resolve()
    },
    0,
    1_000,
  )
  await read()
  await read()
  expect(reads).toBe(1)
})

test('a flood of anonymous requests costs few queries and delays no other request', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  await addDueUsers(service.db, 1)
  expect((await call(service, '/health/ready')).status).toBe(200)
  const before = await countTransactions(service)

  const since = performance.now()
  const flood = Array.from({ length: 600 }, (_, at) =>
    call(service, at % 2 ? '/metrics' : '/health/ready', { token: null }),
  )
  const start = await call(service, '/v1/runs', { json: { type: 'all' } })
  const answers = await Promise.all(flood)
  const seconds = (performance.now() - since) / 1_000

  expect(start.status).toBe(202)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  // About six for each read, one read of each kind a second, plus pg-boss's own.
  await expect.poll(() => countTransactions(service)).toBeGreaterThan(before)
  expect((await countTransactions(service)) - before).toBeLessThan(60 + 40 * seconds)
})

test('/health/ready reads no file', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const getReady = () => call(service, '/health/ready', { token: null })
  await getReady()
  const read = vi.spyOn(fs, 'readFileSync')
  syncBuiltinESMExports()
  onTestFinished(() => {
    read.mockRestore()
    syncBuiltinESMExports()
  })
  readFileSync(import.meta.filename)
  expect(read).toHaveBeenCalledTimes(1)

  // Wait for several further reads.
  const before = await countTransactions(service)
  await vi.waitFor(
    async () => {
      expect((await getReady()).status).toBe(200)
      expect(await countTransactions(service)).toBeGreaterThan(before + 20)
    },
    { timeout: 30_000 },
  )

  expect(read).toHaveBeenCalledTimes(1)
})

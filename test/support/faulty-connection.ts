import { sql } from 'drizzle-orm'
import { expect, onTestFinished, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { type ServiceNode, startNode } from './service-node.ts'

/** Starts a service process, killed when the test ends, and waits until it is ready. */
export async function openNode(
  databaseUrl: string,
  baseUrl: string,
  env: Record<string, string> = {},
): Promise<ServiceNode> {
  const node = startNode(databaseUrl, baseUrl, env)
  onTestFinished(() => node.kill())
  await node.listening
  return node
}

/** Terminates every connection of service processes to this database. Resolves to their number. */
export async function cutConnections(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'service'`)
  return rows.length
}

/** Waits until every run has ended. */
export async function untilSettled(db: Database, runs = 1): Promise<void> {
  await vi.waitFor(
    async () => {
      const [count] = await db.execute<{ ended: number; open: number }>(sql`select
        count(*) filter (where status in ('completed', 'failed'))::int as ended,
        count(*) filter (where status in ('queued', 'running'))::int as open from tidings.runs`)
      if (!count || count.ended < runs || count.open > 0) throw new Error(JSON.stringify(count))
    },
    { timeout: 60_000, interval: 100 },
  )
}

/** The process still runs, and has logged the losses in a few lines instead of for every query. */
export function expectFewLogLines(node: ServiceNode, { losses }: { losses: number }): void {
  expect(node.child.exitCode).toBeNull()
  expect(node.child.signalCode).toBeNull()
  const lines = node.lines()
  const lost = lines.filter(line => line.includes('database connection lost'))
  const back = lines.filter(line => line.includes('database connection restored'))
  expect(lost.length).toBeLessThanOrEqual(losses)
  expect(back.length).toBeGreaterThanOrEqual(lost.length - 1)
  const others = lines.filter(line => !/"attempt"|database connection (lost|restored)/.test(line))
  const errors = others.filter(line => /"level":[56]0/.test(line))
  expect(errors.length, errors.join('\n').slice(0, 5_000)).toBeLessThan(20)
  expect(others.length).toBeLessThan(60)
}

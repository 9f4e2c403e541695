import { type SQL, sql } from 'drizzle-orm'
import { PgBoss } from 'pg-boss'
import { onTestFinished, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'

export interface Job extends Record<string, unknown> {
  id: string
  state: string
  key: string | null
}

/** The jobs of one of our queues, as stored by pg-boss. */
export function readJobs(db: Database, queue: string): Promise<Job[]> {
  const columns: SQL = sql`id, state::text, singleton_key as key`
  return db.execute<Job>(sql`select ${columns} from pgboss.job where name = ${queue}`)
}

/** Opens another client of the queue, without supervision and schedules. */
export async function openQueueClient(url: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: 1 })
  boss.on('error', () => {})
  await boss.start()
  onTestFinished(() => boss.stop({ graceful: false }))
  return boss
}

/** Waits until a check passes; the queue polls its tables every few seconds. */
export const until = <T>(fact: () => Promise<T>): Promise<T> =>
  vi.waitFor(fact, { timeout: 25_000, interval: 100 })

import { type SQL, sql } from 'drizzle-orm'
import { PgBoss } from 'pg-boss'
import { onTestFinished, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'

export interface Job extends Record<string, unknown> {
  id: string
  state: string
  key: string | null
}

/** The jobs of one of our queues, as pg-boss keeps them. */
export function readJobs(db: Database, queue: string): Promise<Job[]> {
  const columns: SQL = sql`id, state::text, singleton_key as key`
  return db.execute<Job>(sql`select ${columns} from pgboss.job where name = ${queue}`)
}

/** Another client of the same queue, which neither supervises nor schedules. */
export async function openQueueClient(url: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: 1 })
  boss.on('error', () => {})
  await boss.start()
  onTestFinished(() => boss.stop({ graceful: false }))
  return boss
}

/** Waits for a fact to become true; the queue looks at its tables every few seconds. */
export const until = <T>(fact: () => Promise<T>): Promise<T> =>
  vi.waitFor(fact, { timeout: 25_000, interval: 100 })

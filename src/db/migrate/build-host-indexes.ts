import { sql } from 'drizzle-orm'
import { connect, type Database } from '../client/connect.ts'
import { quoteName } from '../client/quote-name.ts'
import { findMissingIndexes, type MissingIndex } from './missing-indexes.ts'
import type { OnStep } from './step.ts'

/** How often the progress of a build is read. */
const PROGRESS_INTERVAL_MS = 500

/**
 * Builds the missing indexes on the host's tables one by one, CONCURRENTLY, so the application
 * keeps reading and writing. Each stands alone: an interrupted one is dropped and built again.
 * Resolves to how many it has built.
 */
export async function buildHostIndexes(
  db: Database,
  url: string,
  schema: string,
  onStep: OnStep,
): Promise<number> {
  const missing = await findMissingIndexes(db, schema)
  for (const index of missing) {
    const name = `${quoteName(schema)}.${quoteName(index.name)}`
    if (index.leftover) await db.execute(sql.raw(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`))
    await withProgress(db, url, index, onStep, () => db.execute(sql.raw(index.sql)))
  }
  return missing.length
}

/** Reports the progress over another connection, since the building one is busy. */
async function withProgress(
  db: Database,
  url: string,
  { name, table }: MissingIndex,
  onStep: OnStep,
  build: () => Promise<unknown>,
): Promise<void> {
  const what = `index ${name} on ${table}`
  const [session] = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  const watch = connect(url, { max: 1 })
  let reading: Promise<void> = Promise.resolve()
  const readProgress = async () => {
    const [row] = await watch.db.execute<{ phase: string; done: number; total: number }>(sql`
      select phase, coalesce(nullif(blocks_done, 0), tuples_done, 0)::float8 as done,
        coalesce(nullif(blocks_total, 0), tuples_total, 0)::float8 as total
      from pg_stat_progress_create_index where pid = ${session?.pid ?? 0}`)
    if (row) onStep({ what, ...row })
  }
  onStep({ what, done: 0, total: 0 })
  // A failed progress query does not affect the build.
  const timer = setInterval(() => {
    reading = reading.then(readProgress).catch(() => {})
  }, PROGRESS_INTERVAL_MS)
  try {
    await build()
    onStep({ what, done: 1, total: 1 })
  } finally {
    clearInterval(timer)
    await reading
    await watch.close()
  }
}

import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'

const ROUNDS = 3

/**
 * How far the database's clock is ahead of this machine's, in milliseconds. The fastest of a few
 * rounds counts; its answer is assumed to be from the middle of the round.
 */
export async function readClock(db: Database): Promise<number> {
  let fastest = { tookMs: Number.POSITIVE_INFINITY, skewMs: 0 }
  for (let round = 0; round < ROUNDS; round += 1) {
    const [sentAt, startedAt] = [Date.now(), performance.now()]
    const [row] = await db.execute<{ at: number }>(
      sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as at`,
    )
    const tookMs = performance.now() - startedAt
    if (row && tookMs < fastest.tookMs) fastest = { tookMs, skewMs: row.at - (sentAt + tookMs / 2) }
  }
  return fastest.skewMs
}

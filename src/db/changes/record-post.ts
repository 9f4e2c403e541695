import { type SQL, sql } from 'drizzle-orm'
import type { ChangeBatch } from '../../core/changes/post-changes.ts'
import type { Database } from '../client/connect.ts'
import { changeFeeds } from '../schema.ts'
import { POSTED } from './claim-post.ts'

/** Implements `PostStore.finish`. */
export async function finishPost(db: Database, batch: ChangeBatch): Promise<void> {
  await db.execute(sql`
    update ${changeFeeds} set position = through, through = null, failures = 0,
      failing_since = null, next_at = now()
    where ${isStill(batch)}`)
}

/** Implements `PostStore.postpone`. */
export async function postponePost(db: Database, batch: ChangeBatch, inMs: number): Promise<void> {
  await db.execute(sql`
    update ${changeFeeds} set failures = least(failures + 1, 1000),
      failing_since = coalesce(failing_since, now()),
      next_at = now() + ${inMs} * interval '1 millisecond'
    where ${isStill(batch)}`)
}

/** False if the lease has ended and another process has posted the batch since. */
function isStill({ rows: { after, through } }: ChangeBatch): SQL {
  return sql`name = ${POSTED} and position = ${after} and through = ${through}`
}

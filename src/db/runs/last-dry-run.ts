import { sql } from 'drizzle-orm'
import type { Run } from '../../core/runs/run.ts'
import type { Database } from '../client/connect.ts'
import { runs } from '../schema.ts'
import { findRun } from './read-runs.ts'

/** The newest completed dry run over all users and both types: what a real run would do. */
export async function findLastDryRun(db: Database): Promise<Run | null> {
  const [row] = await db.execute<{ id: string }>(sql`
    select id from ${runs}
    where dry_run and not shadow and type = 'all' and user_ids is null and status = 'completed'
    order by created_at desc, id desc limit 1`)
  return row ? findRun(db, row.id) : null
}

import { sql } from 'drizzle-orm'
import { expect, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'

/** Starts the nightly job as pg-boss's schedule does, and waits until it is completed. */
export async function runMaintenance(db: Database): Promise<void> {
  await db.execute(sql`insert into pgboss.job (name, policy) values ('housekeeping', 'exclusive')`)
  await vi.waitFor(
    async () => {
      const [job] = await db.execute<{ state: string }>(
        sql`select state::text from pgboss.job where name = 'housekeeping'`,
      )
      expect(job?.state).toBe('completed')
    },
    { timeout: 20_000, interval: 50 },
  )
}

import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { connect } from '../../../../src/db/client/connect.ts'
import { createDatabase } from '../../../support/database.ts'
import { startPgBouncer } from '../../../support/pgbouncer.ts'
import { requireTool } from '../../../support/tools.ts'

beforeEach(requireTool('pgbouncer'))

test('queries that wait for a connection are all answered', async () => {
  const { url } = await createDatabase()
  const pooler = await startPgBouncer(url)
  const { db, close } = connect(pooler.url, { max: 2, limitMs: 5_000 })
  try {
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        // With a parameter a query takes two round trips, without one a single one.
        const [row] = await db.execute(at % 2 ? sql`select ${at}::int as at` : sql`select 7 as at`)
        return row?.at
      }),
    )
    expect(answers).toEqual(answers.map((_, at) => (at % 2 ? at : 7)))
  } finally {
    await close()
  }
})

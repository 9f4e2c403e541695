import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'

const page = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8')
const [, sketch = ''] = /```sql\n([\s\S]+?)```/.exec(page) ?? []

test('the partitions of docs/scale.md can be created, keep every guarantee, and are split by month', async () => {
  const { db } = await createDatabase({ template: 'template0' })
  await db.execute(sql.raw(sketch))
  await db.execute(sql`insert into batches (id, run_id, state)
    select uuidv7(), gen_random_uuid(), 'resolved' from generate_series(1, 10)`)
  await db.execute(sql`insert into deliveries (id, batch_id, run_id, user_id, state)
    select uuidv7(), id, run_id, gen_random_uuid(), 'accepted' from batches`)
  await db.execute(sql`insert into attempts select id, 1, gen_random_uuid() from deliveries`)
  await db.execute(sql`insert into in_flight select user_id, id from deliveries`)
  await db.execute(
    sql`insert into claims select gen_random_uuid(), 'new_notifications', 0, id from deliveries`,
  )
  await db.execute(sql`insert into events select 'msg_1', now(), id, 'email.sent'
    from deliveries limit 1`)

  for (const table of ['in_flight', 'claims', 'events']) {
    const again = db.execute(sql`insert into ${sql.identifier(table)}
      select * from ${sql.identifier(table)} limit 1`)
    await expect(again, table).rejects.toMatchObject({ cause: { code: '23505' } })
  }
  const [month] = await db.execute<{ name: string }>(
    sql`select distinct to_char(now(), 'YYYY_MM') as name from deliveries`,
  )
  for (const table of ['attempts', 'deliveries', 'batches']) {
    const part = sql.identifier(`${table}_${month?.name}`)
    expect(await db.execute(sql`select from only ${part}`)).toHaveLength(10)
    await db.execute(
      sql`alter table ${sql.identifier(table)} detach partition ${part} concurrently`,
    )
    await db.execute(sql`drop table ${part}`)
  }
  expect(await db.execute(sql`select from deliveries`)).toHaveLength(0)
})

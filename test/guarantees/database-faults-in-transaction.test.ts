import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/client/connect.ts'
import { isLostConnection } from '../../src/db/client/lost-connection.ts'
import { createDatabase } from '../support/database.ts'

test('a transaction whose connection was cut does not write into another transaction', async () => {
  const { db: other, ownerUrl } = await createDatabase()
  const { db, close } = connect(ownerUrl, { max: 1 })
  onTestFinished(close)
  await other.execute(sql`create table public.said (who text)`)
  const gate = Promise.withResolvers<void>()

  const cut = db.transaction(async tx => {
    const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    await other.execute(sql`select pg_terminate_backend(${row?.pid ?? 0})`)
    await gate.promise
    await tx.execute(sql`insert into public.said values ('the cut transaction')`)
  })
  expect(isLostConnection(await cut.catch(error => error))).toBe(true)
  await db.transaction(async tx => {
    await tx.execute(sql`insert into public.said values ('the next transaction')`)
    gate.resolve()
    await delay(50)
    await tx.execute(sql`insert into public.said values ('the next transaction')`)
  })

  const rows = await other.execute<{ who: string }>(sql`select who from public.said`)
  expect(rows.map(({ who }) => who)).toEqual(['the next transaction', 'the next transaction'])
})

test('a query without an answer times out', async () => {
  const { url } = await createDatabase()
  const { db, close } = connect(url, { limitMs: 300 })
  onTestFinished(close)
  const slow = db.execute(sql`select pg_sleep(20)`).catch((error: Error) => error.cause)
  expect(await slow).toMatchObject({ code: 'QUERY_TIMEOUT' })
})

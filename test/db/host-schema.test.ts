import { eq, getTableName, sql } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/client/connect.ts'
import { hostTables, qualifiedName } from '../../src/db/host-schema.ts'
import { notifications, runs, users } from '../../src/db/schema.ts'

function open(hostSchema: string) {
  // No query is sent, so no server has to listen here.
  const { db, close } = connect('postgres://127.0.0.1:1/none', { hostSchema })
  onTestFinished(close)
  return db
}

test('connections to hosts in two schemas coexist, and change no table object', () => {
  const [covers, rounds] = [open('Covers_App'), open('rounds')]

  expect(hostTables.map(table => qualifiedName(covers, table))).toEqual(
    hostTables.map(table => `"Covers_App"."${getTableName(table)}"`),
  )
  expect(qualifiedName(rounds, users)).toBe('"rounds"."users"')
  expect(getTableConfig(users).schema).toBeUndefined()
  // The schema of our own tables does not depend on the host's.
  expect(qualifiedName(covers, runs)).toBe('"tidings"."runs"')
})

test('query builders and raw SQL name the host’s tables the same way', () => {
  const db = open('covers')
  const queries = [
    db.select({ id: users.userid }).from(users).where(eq(users.email, 'a')),
    db.update(notifications).set({ isRead: true }).where(eq(notifications.title, 'a')),
    db.delete(notifications),
    db
      .insert(notifications)
      .values({ userId: 'a', type: 'test_notification', title: '', message: '' }),
  ].map(query => query.toSQL().sql)

  for (const query of queries) {
    expect(query).toMatch(/"covers"\."(users|notifications)"/)
    expect(query.replaceAll(/"covers"\."\w+"/g, '')).not.toMatch(/"(users|notifications)"/)
  }
  const raw = db.select({ one: sql`1` }).from(sql`${users} u`)
  expect(raw.toSQL().sql).toContain('"covers"."users" u')
})

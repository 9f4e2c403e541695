import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Change, ChangeFilter, FeedPosition } from '../../../src/core/changes/change.ts'
import { listChanges } from '../../../src/db/changes/list-changes.ts'
import { numberChanges } from '../../../src/db/changes/number-changes.ts'
import { insertChange } from '../../../src/db/changes/record-change.ts'
import { giveUp } from '../../../src/db/claim/give-up.ts'
import type { Database, Transaction } from '../../../src/db/client/connect.ts'
import { inTransaction } from '../../../src/db/client/in-transaction.ts'
import { pruneChanges } from '../../../src/db/maintenance/prune-changes.ts'
import { changeSetting } from '../../../src/db/recipients/change-setting.ts'
import { eraseUser } from '../../../src/db/recipients/erase-user.ts'
import { readUserData } from '../../../src/db/recipients/read-user-data.ts'
import { changes } from '../../../src/db/schema.ts'
import { createCircuitBreaker } from '../../../src/db/send/circuit-breaker.ts'
import { resumeSending } from '../../../src/db/send/resume-sending.ts'
import { addSuppression } from '../../../src/db/suppressions/add-suppression.ts'
import { liftHere } from '../../../src/db/suppressions/lift-suppression.ts'
import { concurrentDatabase } from '../../support/concurrency.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, addUser, readAttempts } from '../../support/host.ts'
import { permanentBounce, tagsOf } from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf, receiveEvent } from '../../support/record-event.ts'
import { accepted, claimNow, record, rejected } from '../../support/service-parts.ts'

/** Reads the feed to its end, page by page. */
async function readAll(
  db: Database,
  filter: ChangeFilter = {},
  { limit = 200, after }: { limit?: number; after?: FeedPosition | undefined } = {},
) {
  const read: Change[] = []
  for (let from = after; ; ) {
    const { changes, next, more } = await listChanges(db, filter, limit, from)
    expect(changes.length).toBeLessThanOrEqual(limit)
    read.push(...changes)
    from = next ?? undefined
    if (!more) return { read, next: from }
  }
}
const typesOf = (read: Change[]) => read.map(({ type }) => type)
const add = (tx: Transaction, type: Change['type']) =>
  tx.execute(insertChange({ type }, sql`(select 1) one`))

test('a change that commits late is not missed, and a rolled back one never appears', async () => {
  const { db } = await createDatabase()
  const early = Promise.withResolvers<void>()
  const first = Promise.withResolvers<void>()
  const slow = inTransaction(db, async tx => {
    await add(tx, 'run.completed')
    first.resolve()
    await early.promise
  })
  await first.promise
  await inTransaction(db, tx => add(tx, 'sending.stopped'))
  const rolledBack = inTransaction(db, async tx => {
    await add(tx, 'sending.resumed')
    throw new Error('roll back')
  })
  await expect(rolledBack).rejects.toThrow('roll back')

  // The id of the open transaction's change is lower than that of the one that is read.
  const before = await readAll(db)
  expect(typesOf(before.read)).toEqual(['sending.stopped'])
  early.resolve()
  await slow
  const after = await readAll(db, {}, { after: before.next })
  expect(typesOf(after.read)).toEqual(['run.completed'])
  expect(typesOf((await readAll(db)).read)).toEqual(['sending.stopped', 'run.completed'])
})

test('a reader that waits for another one numbers what was committed in the meantime', async () => {
  const { db, outside } = await concurrentDatabase()
  await readAll(db)
  const [inserted, numbered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const [commitSlow, commitFirst] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow = inTransaction(db, async tx => {
    await add(tx, 'run.completed')
    inserted.resolve()
    await commitSlow.promise
  })
  await inserted.promise
  await inTransaction(db, tx => add(tx, 'sending.stopped'))
  const first = inTransaction(db, async tx => {
    expect((await numberChanges(tx)).last).toBe(1)
    numbered.resolve()
    await commitFirst.promise
  })
  await numbered.promise
  commitSlow.resolve()
  await slow
  const second = readAll(db)
  await expect
    .poll(() =>
      outside.execute(sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`),
    )
    .not.toHaveLength(0)
  commitFirst.resolve()
  await first
  expect(typesOf((await second).read)).toEqual(['sending.stopped', 'run.completed'])
})

test('readers at once give each change one place', async () => {
  const { db } = await createDatabase()
  for (let i = 0; i < 20; i++) await inTransaction(db, tx => add(tx, 'run.completed'))
  const feeds = await Promise.all(Array.from({ length: 6 }, () => readAll(db, {}, { limit: 3 })))
  const ids = feeds.map(({ read }) => read.map(({ id }) => id))
  expect(new Set(ids[0]).size).toBe(20)
  for (const each of ids) expect(each).toEqual(ids[0])
})

test('emails are reported by outcome, one row of the table for a batch', async () => {
  const { db } = await createDatabase()
  const users = await addDueUsers(db, 5)
  const batch = await claimNow(db, users)
  await record(db, batch, accepted(batch))
  expect(await db.select().from(changes)).toHaveLength(1)
  const { read } = await readAll(db, {}, { limit: 2 })
  const attempts = await readAttempts(db)
  expect(read).toHaveLength(5)
  expect(new Set(read.map(({ id }) => id)).size).toBe(5)
  for (const { type, userId, emailId, runId } of read) {
    expect({ type, runId }).toEqual({ type: 'email.accepted', runId: batch.runId })
    expect(attempts.find(({ id }) => id === emailId)?.userId).toBe(userId)
  }
  const [one = '', other = ''] = users
  const ofOne = await readAll(db, { userId: one })
  expect(ofOne.read).toMatchObject([{ userId: one, type: 'email.accepted' }])

  // A repeated answer reports nothing again.
  await record(db, batch, accepted(batch))
  expect(await db.select().from(changes)).toHaveLength(1)

  const tag = { tags: tagsOf((await deliveryOf(db, one)).id) }
  await receiveEvent(db, 'email.bounced', { ...tag, data: permanentBounce })
  await receiveEvent(db, 'email.complained', { tags: tagsOf((await deliveryOf(db, other)).id) })
  const [failing = ''] = await addDueUsers(db, 1)
  const refused = await claimNow(db, [failing])
  await record(db, refused, rejected(refused))
  const [lost = ''] = await addDueUsers(db, 1)
  const unanswered = await claimNow(db, [lost])
  await record(db, unanswered, { kind: 'repeat', error: 'network: reset' })
  await inTransaction(db, tx => giveUp(tx, unanswered.id))

  const rest = (await readAll(db)).read.slice(5)
  const user = expect.any(String)
  expect(rest).toMatchObject([
    { type: 'address.suppressed', userId: one, by: 'event', detail: { reason: 'bounced' } },
    { type: 'email.bounced', userId: one, detail: { kind: 'permanent' }, emailId: user },
    { type: 'address.suppressed', userId: other, detail: { reason: 'complained' } },
    { type: 'email.complained', userId: other, emailId: user },
    { type: 'setting.changed', userId: other, by: 'complaint', detail: { from: true, to: false } },
    { type: 'email.failed', userId: failing, emailId: user, runId: refused.runId },
    { type: 'email.unknown', userId: lost, emailId: user, runId: unanswered.runId },
  ])
  expect(typesOf((await readAll(db, { type: 'email.failed' })).read)).toEqual(['email.failed'])
})

test('settings, suppressions and stops are reported once for each change', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  for (const [on, by] of [
    [true, 'api'],
    [false, 'link'],
    [false, 'cli'],
    [true, 'dashboard'],
  ] as const) {
    await changeSetting(db, userId, on, by)
  }
  await addSuppression(db, 'ada@müsic.example', { source: 'api', reason: 'manual' })
  await addSuppression(db, 'ada@müsic.example', { source: 'api', reason: 'manual' })
  await liftHere(db, 'ada@müsic.example', { source: 'cli', force: false })
  await liftHere(db, 'ada@müsic.example', { source: 'cli', force: false })
  await db.execute(sql`insert into tidings.lanes (name) values ('resend')`)
  const circuit = createCircuitBreaker(db, 'resend', { firstProbe: 1_000, longestProbe: 1_000 })
  await circuit.trip('invalid_api_key: Not with re_secret', 'probe')
  await circuit.trip('invalid_api_key: Not with re_secret', 'probe')
  await resumeSending(db, 'resend', 'dashboard')
  await resumeSending(db, 'resend', 'dashboard')

  const { read } = await readAll(db)
  const reason = { reason: 'invalid_api_key' }
  expect(read.map(({ type, by, userId, detail }) => [type, by, userId, detail])).toEqual([
    ['setting.changed', 'link', userId, { from: true, to: false }],
    ['setting.changed', 'dashboard', userId, { from: false, to: true }],
    ['address.suppressed', 'api', null, { address: 'ada@müsic.example', reason: 'manual' }],
    ['address.lifted', 'cli', null, { address: 'ada@müsic.example' }],
    ['sending.stopped', null, null, reason],
    ['sending.resumed', 'dashboard', null, reason],
  ])
})

test('changes are part of a user’s data, lose the address in an erasure, and are pruned', async () => {
  const { db } = await createDatabase()
  const { userId, deliveryId, address } = await acceptedEmail(db)
  await acceptedEmail(db)
  await receiveEvent(db, 'email.bounced', { tags: tagsOf(deliveryId), data: permanentBounce })
  await addSuppression(db, 'other@example.com', { source: 'api', reason: 'manual' })
  const data = await readUserData(db, userId)
  expect(data.changes).toMatchObject([
    { type: 'email.accepted', email_id: expect.any(String) },
    { type: 'address.suppressed', detail: { address } },
    { type: 'email.bounced' },
  ])
  await eraseUser(db, userId, { rows: false, suppression: false })
  const left = (await readAll(db)).read
  expect(JSON.stringify(left)).not.toContain(address)
  expect(JSON.stringify(left)).toContain('other@example.com')

  const old = sql`now() - interval '89 days'`
  await db.update(changes).set({ at: old }).where(eq(changes.type, 'email.accepted'))
  for await (const _deleted of pruneChanges(db));
  expect((await readAll(db)).read).toHaveLength(left.length)
  // The feed goes on where it was, also if everything was deleted.
  const { next } = await readAll(db)
  for await (const _deleted of pruneChanges(db, 30));
  expect(typesOf((await readAll(db)).read)).not.toContain('email.accepted')
  await db.update(changes).set({ at: sql`now() - interval '91 days'` })
  for await (const _deleted of pruneChanges(db, undefined, 1));
  expect((await readAll(db)).read).toEqual([])
  await inTransaction(db, tx => add(tx, 'run.completed'))
  expect(typesOf((await readAll(db, {}, { after: next })).read)).toEqual(['run.completed'])
})

import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { emailTypes } from '../../../src/core/email-type.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { createExplainStore } from '../../../src/db/explain/explain-store.ts'
import { pruneAttempts } from '../../../src/db/maintenance/prune-attempts.ts'
import { pruneClaims } from '../../../src/db/maintenance/prune-claims.ts'
import { pruneDeliveries } from '../../../src/db/maintenance/prune-deliveries.ts'
import { pruneRuns } from '../../../src/db/maintenance/prune-runs.ts'
import {
  attempts,
  batches,
  claims,
  deliveries,
  events,
  notificationEmailsSent,
  recipients,
  runKeys,
  runs,
} from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { createUsers, insertUsers } from '../../support/random-histories.ts'
import { startService } from '../../support/service.ts'
import { rules } from '../../support/service-parts.ts'
import { verdictsAfter } from '../../support/verdicts-after.ts'

/** FC_SEED repeats a failed run with the same users. */
const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)
const policy = { retentionDays: 30, rules }
const DAY_S = 86_400

/** Like the nightly job, with pages so small that there are many. */
async function prune(db: Database): Promise<Record<string, number>> {
  const sum = async (steps: AsyncIterable<number>) => {
    let rows = 0
    for await (const step of steps) rows += step
    return rows
  }
  return {
    claims: await sum(pruneClaims(db, rules, 50)),
    attempts: await sum(pruneAttempts(db, policy, 7)),
    deliveries: await sum(pruneDeliveries(db, policy, 3)),
    runs: await sum(pruneRuns(db, policy, 5)),
  }
}

test('pruning does not change what later runs send', async () => {
  const { db, run } = await startService()
  const histories = createUsers(300, seed)
  await insertUsers(db, histories)
  const { explain } = createExplainStore(db, rules)
  const laterBy = (days: number) =>
    verdictsAfter(
      db,
      histories.map(({ userId }) => ({ userId, seconds: days * DAY_S })),
    )
  const readVerdicts = async () => ({
    explained: await Promise.all(
      histories.map(async ({ userId }) => {
        const types = (await explain(userId))?.types
        return emailTypes.map(type => [types?.[type].verdict, types?.[type].notificationIds])
      }),
    ),
    later: [await laterBy(1), await laterBy(8), await laterBy(40)],
  })
  const before = await readVerdicts()

  const pruned = await prune(db)

  for (const what of ['attempts', 'deliveries', 'runs']) expect(pruned[what]).toBeGreaterThan(5)
  const after = await readVerdicts()
  for (const [at, history] of histories.entries()) {
    expect({ of: after.explained[at], history, seed }).toEqual({
      of: before.explained[at],
      history,
      seed,
    })
  }
  expect(after.later).toEqual(before.later)
  const due = before.explained.flat().filter(([verdict]) => verdict === 'due').length
  const { counts } = await run({ userIds: histories.map(history => history.userId) })
  expect(counts).toMatchObject({ due, sent: due })
  expect(await prune(db)).toMatchObject({ attempts: 0, deliveries: 0, runs: 0 })
}, 90_000)

/** Moves all times of runs, deliveries and attempts into the past. */
async function age(db: Database, days: number): Promise<void> {
  const back = sql`make_interval(days => ${days}::int)`
  await db.execute(sql`update ${runs} set created_at = created_at - ${back},
    started_at = started_at - ${back}, finished_at = finished_at - ${back}`)
  await db.execute(sql`update ${deliveries} set claimed_at = claimed_at - ${back},
    closed_at = closed_at - ${back}`)
  await db.execute(sql`update ${notificationEmailsSent} set sent_at = sent_at - ${back}`)
}

test('everything unneeded is deleted; a needed claim stays without the address', async () => {
  const { db, app, mailbox, run } = await startService()
  const [reader, nonReader] = [await addUser(db), await addUser(db)]
  const read = await addNotification(db, reader)
  const unread = await addNotification(db, nonReader)
  const first = await run({ idempotencyKey: 'night' })
  const [delivery] = await db.select().from(deliveries).where(eq(deliveries.userId, reader))
  await db.insert(events).values({
    id: randomUUID(),
    deliveryId: delivery?.id ?? null,
    providerId: 'p',
    type: 'email.delivered',
    happenedAt: new Date(),
  })
  await db.execute(sql`delete from notifications where id = ${read}`)
  await age(db, 29)
  expect(await prune(db)).toEqual({ claims: 1, attempts: 0, deliveries: 0, runs: 0 })
  await age(db, 2)

  expect(await prune(db)).toEqual({ claims: 0, attempts: 2, deliveries: 1, runs: 0 })

  expect(await db.select().from(notificationEmailsSent)).toEqual([])
  expect(await db.select().from(attempts)).toEqual([])
  expect(await db.select().from(events)).toEqual([])
  expect(await db.select().from(deliveries)).toMatchObject([
    { userId: nonReader, address: '', subject: null },
  ])
  expect(await db.select().from(claims)).toMatchObject([{ notificationId: unread }])
  await run({ userIds: [nonReader] })
  expect(mailbox.count).toBe(2)

  await db.execute(sql`delete from notifications`)
  await prune(db)
  expect(await db.select().from(deliveries)).toEqual([])
  expect(await db.select().from(batches)).toEqual([])
  expect(await db.select().from(runKeys)).toEqual([])
  expect(await app.runs.find(first.id)).toBeNull()
})

test("a host's announcement is deleted once the baseline counts it, its other emails at once", async () => {
  const { db } = await createDatabase()
  const [known, unknown] = [await addUser(db), await addUser(db)]
  for (const userId of [known, unknown]) {
    await addEmail(db, userId, { days: 90 })
    await addEmail(db, userId, { days: 80, success: false, errorMessage: 'no' })
    await addEmail(db, userId, { days: 70, emailType: 'outstanding_reminder' })
  }
  await db.insert(recipients).values({ userId: known, carriedUntil: new Date() })

  expect((await prune(db)).attempts).toBe(5)

  expect(await db.select().from(notificationEmailsSent)).toMatchObject([
    { userId: unknown, emailType: 'new_notifications' },
  ])
})

test('open and unknown emails are kept, and those that a longer cool-down counts', async () => {
  const { db } = await createDatabase()
  const histories = createUsers(60, seed)
    .filter(history => history.latest)
    .map(history => ({ ...history, emails: [], past: null }))
  for (const history of histories) if (history.latest) history.latest.age = 50
  await insertUsers(db, histories)

  await prune(db)

  const left = await db
    .select({ userId: notificationEmailsSent.userId })
    .from(notificationEmailsSent)
  const unsettled = histories.filter(
    ({ latest }) => latest?.state !== 'accepted' && latest?.state !== 'rejected',
  )
  expect(left.map(row => row.userId).sort()).toEqual(unsettled.map(of => of.userId).sort())

  const longCooldown = { ...rules, reminderCooldownDays: 60 }
  const user = await addUser(db)
  await addEmail(db, user, { days: 50, emailType: 'outstanding_reminder' })
  for await (const rows of pruneAttempts(db, { retentionDays: 30, rules: longCooldown })) {
    expect(rows).toBe(0)
  }
})

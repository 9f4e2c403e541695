import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { listDemoUsers } from '../../../src/db/demo/list-users.ts'
import { insertSeedUsers } from '../../../src/db/demo/seed-users.ts'
import { notificationEmailsSent, notifications, users } from '../../../src/db/schema.ts'
import { createSeedUsers } from '../../../src/local/demo/demo-users.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { accepted, claimNow, record, rules } from '../../support/service-parts.ts'

test('the email history names what each email carried, as a host’s rows do', async () => {
  const { db } = await createDatabase()
  await insertSeedUsers(db, createSeedUsers())
  const emails = await db.select().from(notificationEmailsSent)
  expect(emails).toHaveLength(42)
  for (const { userId, sentAt, notificationIds } of emails) {
    const own = await db.select().from(notifications).where(eq(notifications.userId, userId))
    const before = own.filter(({ createdAt }) => Number(createdAt) < Number(sentAt))
    expect(before.length).toBeGreaterThan(0)
    expect(notificationIds?.toSorted()).toEqual(before.map(({ id }) => id).sort())
  }
})

test('the ids are the same each time, so that a later demo recognises its users', () => {
  expect(createSeedUsers()).toEqual(createSeedUsers())
  const ids = createSeedUsers().flatMap(user => user.notifications.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
})

test('all users are listed with their verdicts, even without unread notifications', async () => {
  const { db } = await createDatabase()
  const due = await addUser(db, { name: 'due' })
  await addNotification(db, due)
  const silent = await addUser(db, { name: 'silent', emailsEnabled: false })
  await addNotification(db, silent)
  await addUser(db, { name: 'nothing to read' })
  const other = await addUser(db, { name: 'emailed by another' })
  await addNotification(db, other, { days: 40 })
  await addEmail(db, other, { days: 1 })
  const ours = await addUser(db, { name: 'ours' })
  await addNotification(db, ours)
  await db.update(users).set({ publicDisplayName: 'Mailed' }).where(eq(users.userid, ours))
  const batch = await claimNow(db, [ours])
  await record(db, batch, accepted(batch))

  const members = await listDemoUsers(db, rules)

  expect(Object.fromEntries(members.map(({ name, ...of }) => [name, Object.values(of)]))).toEqual({
    due: ['due', 'new_notifications_due', true, false],
    silent: ['opted_out', 'opted_out', true, false],
    'nothing to read': ['nothing_new', 'nothing_outstanding', false, false],
    'emailed by another': ['nothing_new', 'cooldown', true, false],
    Mailed: ['nothing_new', 'nothing_outstanding', true, true],
  })
})

import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { changeSetting } from '../../../src/db/recipients/change-setting.ts'
import { readSetting } from '../../../src/db/recipients/read-setting.ts'
import { suppressions, userPrivacySettings, users } from '../../../src/db/schema.ts'
import { blockedBackends, openBlocker } from '../../support/blocked.ts'
import { atOnce, concurrentDatabase } from '../../support/concurrency.ts'
import { createDatabase } from '../../support/database.ts'
import { addUser } from '../../support/host.ts'

const unknownUser = '00000000-0000-4000-8000-000000000000'

async function readRow(db: Database, userId: string) {
  const rows = await db
    .select()
    .from(userPrivacySettings)
    .where(eq(userPrivacySettings.userId, userId))
  expect(rows.length).toBeLessThan(2)
  return rows[0]
}

test('no row means on, and reading creates none', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  expect(await readSetting(db, userId)).toEqual({
    userId,
    notificationEmailsEnabled: true,
    source: 'default',
    suppressed: null,
  })
  expect(await readRow(db, userId)).toBeUndefined()
})

test('a change is read back, with the user as its source', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  for (const notificationEmailsEnabled of [false, true, true]) {
    const changed = await changeSetting(db, userId, notificationEmailsEnabled, 'api')
    expect(changed).toMatchObject({ userId, notificationEmailsEnabled, source: 'user' })
    expect(await readSetting(db, userId)).toEqual(changed)
  }
})

test('a suppressed address is reported in any case of letters, and stays suppressed', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db, { email: 'Ada@Example.com' })
  await addUser(db)
  const since = new Date('2026-03-04T05:06:07.890Z')
  await db.insert(suppressions).values({ address: 'ada@example.com', reason: 'complained', since })
  const suppressed = { reason: 'complained', since }
  expect(await readSetting(db, userId)).toMatchObject({ source: 'default', suppressed })
  expect(await changeSetting(db, userId, true, 'api')).toMatchObject({ source: 'user', suppressed })
})

test('the other columns of the row stay unchanged', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db, { emailsEnabled: true })
  const createdAt = new Date('2025-03-04T05:06:07Z')
  const all = { showStats: false, showVotes: true, showEmail: true, profileBio: 'I play the saw.' }
  await db.update(userPrivacySettings).set({ ...all, createdAt, updatedAt: createdAt })
  const before = await readRow(db, userId)

  await changeSetting(db, userId, false, 'api')

  const after = await readRow(db, userId)
  const updatedAt = after?.updatedAt
  expect(after).toEqual({ ...before, notificationEmailsEnabled: false, updatedAt })
  expect(updatedAt?.getTime()).toBeGreaterThan(createdAt.getTime())
})

test('a concurrent change of other columns of the row is not lost', async () => {
  const { db, ownerUrl } = await createDatabase()
  const userId = await addUser(db, { emailsEnabled: true })
  const host = await openBlocker(ownerUrl)
  await host.sql.unsafe(
    `begin; update user_privacy_settings set profile_bio = 'new' where user_id = '${userId}'`,
  )
  const changing = changeSetting(db, userId, false, 'api')
  await blockedBackends(db, 'user_privacy_settings')
  await host.sql.unsafe('commit')
  await changing
  expect(await readRow(db, userId)).toMatchObject({
    profileBio: 'new',
    notificationEmailsEnabled: false,
  })
})

test('of concurrent changes each gets its own result, and one row holds one of them', async () => {
  const { db, outside } = await concurrentDatabase()
  const userId = await addUser(outside)
  const wanted = Array.from({ length: 10 }, (_, index) => index % 2 === 0)

  const results = await atOnce(
    outside,
    'user_privacy_settings',
    wanted.map(enabled => () => changeSetting(db, userId, enabled, 'api')),
  )

  expect(results.map(setting => setting?.notificationEmailsEnabled)).toEqual(wanted)
  expect(await readRow(outside, userId)).toBeDefined()
})

test('an unknown user has no setting to read or change', async () => {
  const { db } = await createDatabase()
  await addUser(db)
  expect(await readSetting(db, unknownUser)).toBeNull()
  expect(await changeSetting(db, unknownUser, false, 'api')).toBeNull()
  expect(await db.select().from(userPrivacySettings)).toEqual([])
})

test('a user deleted meanwhile is unknown', async () => {
  const { db, ownerUrl } = await createDatabase()
  const userId = await addUser(db)
  const host = await openBlocker(ownerUrl)
  await host.sql.unsafe(`begin; delete from users where userid = '${userId}'`)
  const changing = changeSetting(db, userId, false, 'api')
  await blockedBackends(db, 'user_privacy_settings')
  await host.sql.unsafe('commit')
  expect(await changing).toBeNull()
  expect(await db.select().from(users)).toEqual([])
})

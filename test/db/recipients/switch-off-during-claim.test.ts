import { expect, test } from 'vitest'
import { changeSetting } from '../../../src/db/recipients/change-setting.ts'
import { blockedBackends, openBlocker } from '../../support/blocked.ts'
import { call } from '../../support/client.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, addNotification, readAttempts } from '../../support/host.ts'
import { startService } from '../../support/service.ts'
import { claim, planBatch } from '../../support/service-parts.ts'

test('a user who switches off after the scan gets no email, one who switches on does', async () => {
  const { db } = await createDatabase()
  const [off = '', on = ''] = await addDueUsers(db, 2)
  await changeSetting(db, on, false, 'api')
  const batchId = await planBatch(db, [off, on])

  await changeSetting(db, off, false, 'api')
  await changeSetting(db, on, true, 'api')

  expect(await claim(db, batchId)).toMatchObject({ size: 1 })
  expect(await readAttempts(db, off)).toEqual([])
  expect(await readAttempts(db, on)).toHaveLength(1)
})

/** Starts a run that stops at a point of its claim, and switches emails off over HTTP meanwhile. */
async function switchOffWhile(trigger: string, statement: string) {
  const database = await createDatabase()
  const { db, ownerUrl } = database
  const service = await startService({ database })
  const [userId = ''] = await addDueUsers(db, 1)
  const holder = await openBlocker(ownerUrl)
  await holder.blockAt(trigger)
  const running = service.run()
  await blockedBackends(db, statement)

  const switched = await call(service, `/v1/users/${userId}/notification-settings`, {
    method: 'PUT',
    json: { notificationEmailsEnabled: false },
  })
  // The claim still waits there: the answer has not waited for it.
  expect(await blockedBackends(db, statement)).toHaveLength(1)
  expect(switched).toMatchObject({ status: 200, json: { notificationEmailsEnabled: false } })

  await holder.release()
  const first = await running
  await addNotification(db, userId)
  return { first: first.counts, second: (await service.run()).counts, ...service }
}

test('a claim that has not evaluated the rules yet respects a switch-off', async () => {
  const { first, second, mailbox } = await switchOffWhile(
    'before insert on tidings.recipients for each row',
    'insert into "tidings"."recipients"',
  )
  expect(first).toMatchObject({ due: 1, sent: 0, skipped: { opted_out: 1 } })
  expect(second).toMatchObject({ due: 0, sent: 0 })
  expect(mailbox.emails()).toEqual([])
})

test('a claim that has evaluated the rules goes on, and the next respects the switch-off', async () => {
  const { first, second, mailbox } = await switchOffWhile(
    'before insert on notification_emails_sent for each row',
    'insert into "public"."notification_emails_sent"',
  )
  expect(first).toMatchObject({ sent: 1 })
  expect(second).toMatchObject({ sent: 0, skipped: { opted_out: 1 } })
  expect(mailbox.emails()).toHaveLength(1)
})

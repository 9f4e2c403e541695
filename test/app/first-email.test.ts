import { expect, test } from 'vitest'
import { addNotification, addUser, readAttempts } from '../support/host.ts'
import { startService } from '../support/service.ts'

test('one unread notification becomes one accepted email with one recorded attempt', async () => {
  const { db, mailbox, run } = await startService()
  const userId = await addUser(db, { email: 'mara@example.com' })
  const notificationId = await addNotification(db, userId)

  const { status, counts } = await run()

  expect(status).toBe('completed')
  expect(counts).toMatchObject({ scanned: 1, due: 1, sent: 1, failed: 0, unknown: 0, skipped: {} })
  expect(mailbox.emails()).toMatchObject([{ to: ['mara@example.com'] }])
  expect(await readAttempts(db)).toMatchObject([
    {
      userId,
      emailType: 'new_notifications',
      success: true,
      errorMessage: null,
      notificationIds: [notificationId],
    },
  ])
})

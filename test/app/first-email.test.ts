import { expect, test } from 'vitest'
import { addNotification, addUser, readAttempts } from '../support/host.ts'
import { startService } from '../support/service.ts'

test('one unread notification becomes one accepted email with one recorded attempt', async () => {
  const EMAIL_REPLY_TO = 'Help <help@example.com>'
  const { db, mailbox, provider, run } = await startService({ env: { EMAIL_REPLY_TO } })
  const userId = await addUser(db, { email: 'mara@example.com' })
  const notificationId = await addNotification(db, userId)

  const { status, counts } = await run()

  expect(status).toBe('completed')
  expect(counts).toMatchObject({ scanned: 1, due: 1, sent: 1, failed: 0, unknown: 0, skipped: {} })
  const [email, ...more] = mailbox.emails()
  expect(more).toEqual([])
  expect(email).toMatchObject({
    from: 'Tidings <tidings@example.com>',
    to: ['mara@example.com'],
    replyTo: [EMAIL_REPLY_TO],
    headers: { 'Feedback-ID': 'new_notifications:example.com' },
  })
  const page = await fetch(`${provider.baseUrl.replace(/\/api$/, '')}/${email?.id}`)
  expect(await page.text()).toContain('<dt>Reply to</dt><dd>Help &lt;help@example.com&gt;</dd>')
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

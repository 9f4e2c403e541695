import { expect, test } from 'vitest'
import { render } from '../support/render.ts'
import { digest, item, reminder } from '../support/sample-emails.ts'

test('it greets the recipient, and says how many notifications are waiting and since when', () => {
  const email = render(reminder)
  expect(email.text).toMatch(/^Hi \w+, a quick reminder:\n\n4 notifications are waiting/)
  expect(email.text).toContain(
    "You're receiving this because you have unread notifications in EPTSS and email notifications are on.",
  )
  expect(email.subject).toBe('4 notifications are waiting in EPTSS')
  for (const part of [email.html, email.text]) {
    expect(part).toContain(
      '4 notifications are waiting for you in EPTSS, the oldest since 3 March.',
    )
  }
})

test('it shows the waiting notifications', () => {
  const { html, text } = render(reminder)
  for (const { title } of reminder.items) {
    expect(html).toContain(title)
    expect(text).toContain(title)
  }
})

test('a single notification is named in the subject', () => {
  const email = render(digest({ emailType: 'outstanding_reminder' }))
  expect(email.subject).toBe('Waiting for you in EPTSS: Mara commented on your cover')
  expect(email.text).toContain(
    'One notification has been waiting for you in EPTSS since 14 November.',
  )
})

test('the date includes the year if it is not the current one', () => {
  const email = render({ ...reminder, oldestAt: new Date('2024-03-03T00:00:00Z') })
  expect(email.text).toContain('the oldest since 3 March 2024.')
})

test('notifications that are not shown are counted', () => {
  const items = Array.from({ length: 5 }, () => item())
  const { html, text } = render({ ...reminder, items, total: 6 })
  for (const part of [html, text]) expect(part).toContain('and 1 more')
})

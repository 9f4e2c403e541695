import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { addDueUsers } from '../../support/host.ts'
import { startService } from '../../support/service.ts'

/** The metrics are cached for a second. */
const polling = { timeout: 10_000 }

const readMetrics = async (url: string) => (await fetch(`${url}/metrics`)).text()

test('the metrics report attempts, open deliveries and final unknown outcomes', async () => {
  const { app, db, mailbox, run } = await startService({ timing: { firstBackoff: 60_000 } })
  await addDueUsers(db, 3)
  await run()
  await addDueUsers(db, 2)
  mailbox.setFault({ kind: '500-before' })
  await app.runs.start({ type: 'all', trigger: 'http' })
  await expect.poll(() => readMetrics(app.url), polling).toContain('tidings_unknown_open 2')

  const text = await readMetrics(app.url)
  expect(text).toContain(
    'tidings_attempted_emails_total{email_type="new_notifications",outcome="settled"} 3',
  )
  expect(text).toContain(
    'tidings_emails_total{email_type="new_notifications",outcome="accepted"} 3',
  )
  expect(text).toContain('tidings_unknown_final 0')
  expect(text).toContain('tidings_lane_stopped 0')

  await db.execute(sql`update tidings.deliveries set closed_at = now() where state = 'unknown'`)
  await expect.poll(() => readMetrics(app.url), polling).toContain('tidings_unknown_final 2')
})

test('the metrics contain no user id or address', async () => {
  const { app, db, run } = await startService()
  const [userId] = await addDueUsers(db, 1)
  await run()

  const text = await readMetrics(app.url)

  expect(text).not.toContain(userId)
  expect(text).not.toContain('@')
})

import { expect, test } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import type { StoredEmail } from '../../../src/local/mailbox/stored-email.ts'
import { addDueUsers, readAttempts } from '../../support/host.ts'
import { postEvent, providerEvent, WEBHOOK_SECRET } from '../../support/provider-event.ts'
import { openProvider, type Provider, startService } from '../../support/service.ts'

const env = { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET }

/** The emails of the next request that the provider accepts, before it answers. */
const nextAccepted = ({ mailbox }: Provider) =>
  new Promise<StoredEmail[]>(resolve => mailbox.onAccepted(resolve))

/** The event that the provider sends about an accepted email. */
const sentEvent = ({ id, tags, to }: StoredEmail) =>
  providerEvent('email.sent', {
    emailId: id,
    data: { to },
    tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
  })

test('events that arrive before the answer end the run; then the process is cut off', async () => {
  const provider = await openProvider()
  const timing = { request: 25_000, shutdownTimeout: 50 }
  const { db, app, database, run } = await startHeld(provider, timing)
  await addDueUsers(db, 3)
  const emails = nextAccepted(provider)

  const running = run()
  for (const email of await emails) await postEvent({ app }, sentEvent(email))
  const { status, counts } = await running

  expect(provider.mailbox.stats().held).toBe(1)
  expect(status).toBe('completed')
  expect(counts).toMatchObject({ sent: 3, failed: 0, unknown: 0 })
  await app.stop()

  provider.mailbox.setFault(null)
  const restarted = await startService({ database, provider, env })
  expect((await restarted.run()).counts).toMatchObject({ due: 0 })
  expect(provider.mailbox).toMatchObject({ count: 3, requests: 1 })
  expect(await outcomes(restarted.db)).toEqual(['accepted', 'accepted', 'accepted'])
})

test('after a stop before the answer, emails without an event are retried under the same key', async () => {
  const provider = await openProvider()
  const timing = { request: 25_000, shutdownTimeout: 50, firstBackoff: 100 }
  const { db, app, database } = await startHeld(provider, timing)
  await addDueUsers(db, 3)
  const emails = nextAccepted(provider)

  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  for (const email of (await emails).slice(0, 2)) {
    expect((await postEvent({ app }, sentEvent(email))).status).toBe(200)
  }
  await app.stop()
  const restarted = await startService({ database, provider, env })
  const { status, counts } = await waitForRun(restarted.app.runs, id, { every: 20 })

  expect(status).toBe('completed')
  expect(counts).toMatchObject({ sent: 3, failed: 0, unknown: 0 })
  expect(provider.mailbox).toMatchObject({ count: 3, requests: 2 })
  expect(await outcomes(restarted.db)).toEqual(['accepted', 'accepted', 'accepted', 'timeout'])
})

async function startHeld(provider: Provider, timing: object) {
  provider.mailbox.setFault({ kind: 'hang-after' })
  const service = await startService({ provider, env, timing })
  const { db, url } = service
  return { ...service, database: { db, url } }
}

/** The outcomes of the attempts, by error code. */
async function outcomes(db: Parameters<typeof readAttempts>[0]): Promise<(string | undefined)[]> {
  const attempts = await readAttempts(db)
  const codes = attempts.map(({ success, errorMessage }) =>
    success && errorMessage === null ? 'accepted' : errorMessage?.split(':')[0],
  )
  return codes.sort()
}

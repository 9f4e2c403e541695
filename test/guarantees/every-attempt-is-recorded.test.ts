import Fastify from 'fastify'
import { expect, onTestFinished, test, vi } from 'vitest'
import { waitForRun } from '../../src/core/runs/wait-for-run.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../support/host.ts'
import { startService } from '../support/service.ts'

test('an attempt has a pending row before its request is sent', async () => {
  const database = await createDatabase()
  const seen: Awaited<ReturnType<typeof readAttempts>>[] = []
  const provider = Fastify({ bodyLimit: 50_000_000 })
  provider.post('/emails/batch', async request => {
    seen.push(await readAttempts(database.db))
    return { data: (request.body as unknown[]).map((_, index) => ({ id: `id-${index}` })) }
  })
  const baseUrl = await provider.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => provider.close())
  const { run, mailbox } = await startService({ database, env: { RESEND_BASE_URL: baseUrl } })
  await addDueUsers(database.db, 3)

  await run()

  expect(mailbox.count).toBe(0)
  expect(seen).toHaveLength(1)
  expect(seen[0]).toHaveLength(3)
  for (const attempt of seen[0] ?? []) {
    expect(attempt).toMatchObject({
      success: false,
      errorMessage: expect.stringMatching(/^pending: /),
    })
  }
})

test('one refused recipient does not affect the others of the batch', async () => {
  const { db, mailbox, run } = await startService()
  await addDueUsers(db, 99)
  // The address is valid for Tidings but not for the provider.
  const refused = await addUser(db, { email: 'mara@-example.com' })
  await addNotification(db, refused)

  const { status, counts } = await run()

  expect(status).toBe('completed')
  expect(counts).toMatchObject({ sent: 99, failed: 1 })
  expect(mailbox.count).toBe(99)
  const [attempt] = await readAttempts(db, refused)
  expect(attempt?.success).toBe(false)
  expect(attempt?.errorMessage).toMatch(/^validation_error: /)
})

test('after a definite refusal a user stays due, and the next run uses a new key', async () => {
  const { db, mailbox, run } = await startService()
  const [userId] = await addDueUsers(db, 1)
  mailbox.setFault({ kind: 'status', status: 422, name: 'validation_error', message: 'no' })

  expect((await run()).counts).toMatchObject({ due: 1, sent: 0, failed: 1 })
  expect((await run()).counts).toMatchObject({ due: 1, sent: 1, failed: 0 })

  expect(mailbox.count).toBe(1)
  expect((await readAttempts(db, userId)).map(attempt => attempt.errorMessage)).toEqual([
    'validation_error: no',
    null,
  ])
})

test('a refused API key loses no email: the run waits, and each attempt has the reason', async () => {
  const { app, db, mailbox } = await startService()
  const userIds = await addDueUsers(db, 250)
  mailbox.setFault({
    kind: 'status',
    status: 401,
    name: 'invalid_api_key',
    message: 'API key is invalid',
    times: 100,
  })

  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  const reason = 'invalid_api_key: API key is invalid'
  await vi.waitFor(
    async () => expect((await app.runs.find(id))?.paused).toMatchObject({ reason }),
    { timeout: 15_000 },
  )
  mailbox.setFault(null)
  const run = await waitForRun(app.runs, id, { every: 20 })

  expect(run).toMatchObject({ status: 'completed', error: null, counts: { sent: 250, failed: 0 } })
  expect(mailbox.count).toBe(250)
  const attempts = await readAttempts(db)
  expect(attempts.filter(({ success }) => success)).toHaveLength(userIds.length)
  const refused = attempts.filter(({ success }) => !success)
  expect(refused.length).toBeGreaterThan(0)
  expect(new Set(refused.map(({ errorMessage }) => errorMessage))).toEqual(new Set([reason]))
})

import { expect, test } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { call } from '../../support/client.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, readAttempts } from '../../support/host.ts'
import { accountOf, expectAllEmailedOnce, listen, until } from '../../support/sending-parts.ts'
import { openProvider, startService } from '../../support/service.ts'

test.each(['daily_quota_exceeded', 'monthly_quota_exceeded'] as const)(
  '%s stops sending for as long as the provider asks, and the batch keeps its key',
  async name => {
    const { logger, lines } = listen()
    const { app, db, provider } = await startService({ logger })
    const userIds = await addDueUsers(db, 250)
    provider.mailbox.setFault({ kind: '429', name, retryAfter: 2, times: 3 })
    const { id } = await app.runs.start({ type: 'all', trigger: 'http' })

    await until(async () => {
      expect((await app.runs.find(id))?.paused).toMatchObject({
        reason: expect.stringMatching(new RegExp(`^${name}: `)),
        stopped: true,
      })
    })
    expect((await call({ app }, '/health/ready')).json.status).toBe('degraded')
    await waitForRun(app.runs, id, { every: 20 })

    await expectAllEmailedOnce(db, provider, userIds)
    const batches = await db.execute('select id from tidings.batches')
    expect(batches).toHaveLength(3)
    expect(lines.map(({ level }) => level).slice(0, 2)).toEqual(['error', 'info'])
    expect(lines.at(-1)?.level).toBe('info')
  },
)

test('a quota without a time is probed again in an hour', async () => {
  const { app, db, provider } = await startService()
  await addDueUsers(db, 2)
  provider.mailbox.setFault({ kind: '429', name: 'daily_quota_exceeded' })
  await app.runs.start({ type: 'all', trigger: 'http' })
  await until(async () => expect((await accountOf(db)).stopped_until).toBe('probe'))
  expect((await accountOf(db)).probe_in).toBeGreaterThan(3_500)
  expect((await accountOf(db)).probe_in).toBeLessThan(3_601)
})

test.each([1, undefined])(
  'a plain 429 (retry-after %s) pauses both nodes and does not stop sending',
  async retryAfter => {
    const database = await createDatabase()
    const provider = await openProvider()
    const { logger, lines } = listen()
    const nodes = [
      await startService({ database, provider, logger }),
      await startService({ database, provider, logger }),
    ]
    const userIds = await addDueUsers(database.db, 350)
    const fault = { kind: '429', ...(retryAfter && { retryAfter }) } as const
    provider.mailbox.setFault({ ...fault, times: 2 })
    const { status } = (await nodes[0]?.run()) ?? {}

    expect(status).toBe('completed')
    expect(lines).toEqual([])
    await expectAllEmailedOnce(database.db, provider, userIds)
    const put = (await readAttempts(database.db)).filter(({ success }) => !success)
    for (const { errorMessage } of put) expect(errorMessage).toMatch(/^rate_limit_exceeded: /)
  },
)

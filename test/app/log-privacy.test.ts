import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLoggerTo } from '../../src/cli/logger.ts'
import { call } from '../support/client.ts'
import { addNotification, addUser } from '../support/host.ts'
import {
  permanentBounce,
  postEvent,
  providerEvent,
  WEBHOOK_SECRET,
} from '../support/provider-event.ts'
import { startService } from '../support/service.ts'

test('no log line contains a complete address: accepted, refused, bounced, internal error', async () => {
  let log = ''
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += chunk
      done()
    },
  })
  const logger = createLoggerTo(destination, 'trace')
  const service = await startService({
    logger,
    env: { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET },
  })
  const { db, mailbox, run, app } = service
  const addresses = ['jonas.novak@example.com', "o'neill+songs@mail.example", 'x@y.example']
  for (const email of addresses) await addNotification(db, await addUser(db, { email }))

  mailbox.setFault({
    kind: 'status',
    status: 422,
    name: 'validation_error',
    message: `Invalid \`to\` field: ${addresses.join(', ')}`,
    times: 1,
  })
  expect((await run()).counts.failed).toBe(3)
  expect((await run()).counts.sent).toBe(3)
  const emailId = mailbox.emails()[0]?.id ?? ''
  const data = { bounce: { ...permanentBounce.bounce, message: `no ${addresses[0]} here` } }
  const bounce = providerEvent('email.bounced', { emailId, data })
  expect((await postEvent(service, bounce)).status).toBe(200)
  await call(service, `/v1/users/${addresses[0]}/explain`)
  // Drizzle's error of a failed query quotes the values.
  const err = await db.execute(`select '${addresses[0]}'::int`).catch(error => error)
  logger.error({ err }, 'the request failed')
  await app.stop()

  expect(log).toContain('…@example.com')
  for (const line of log.trim().split('\n')) {
    expect(() => JSON.parse(line)).not.toThrow()
    for (const address of addresses) expect(line).not.toContain(address)
  }
})

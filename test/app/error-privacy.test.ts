import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import Fastify from 'fastify'
import type { Logger } from 'pino'
import { expect, test, vi } from 'vitest'
import { createLoggerTo } from '../../src/cli/logger.ts'
import { inspectError, safeError } from '../../src/core/errors/safe-error.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { addNotification, addUser } from '../support/host.ts'
import { openProvider, startService } from '../support/service.ts'

const SECRET = 'a-live-token-of-a-recipient'

function listen(level = 'trace') {
  const log = { text: '' }
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.text += chunk
      done()
    },
  })
  return { log, logger: createLoggerTo(destination, level) }
}

/** Runs a query that fails. Drizzle puts its parameters into the error. */
function failedQuery({ db }: Pick<TestDatabase, 'db'>, value = SECRET): Promise<Error> {
  return db.execute(sql`select ${value}::text::int, ${Buffer.from(value)}::bytea`).then(
    () => {
      throw new Error('the query did not fail')
    },
    error => error as Error,
  )
}

const ways: Record<string, (logger: Logger, error: Error) => unknown> = {
  'as err': (logger, err) => logger.error({ err }, 'failed'),
  'as err, without a message': (logger, err) => logger.error({ err }),
  'by itself': (logger, error) => logger.error(error),
  'by itself, with a message': (logger, error) => logger.warn(error, 'failed'),
  'under another name': (logger, reason) => logger.info({ reason }, 'failed'),
  'deep in an object': (logger, error) => logger.info({ job: { results: [{ error }] } }, 'failed'),
  'as the cause of another error': (logger, cause) => logger.error(new Error('outer', { cause })),
  'in an AggregateError': (logger, one) => logger.error(new AggregateError([one], 'all')),
  'in the message': (logger, error) => logger.error('failed: %s %o', error, error),
  'as pg-boss copies it': (logger, error) =>
    logger.error({ err: { ...error, message: error.message, stack: error.stack } }, 'failed'),
  'by a child with its own serializer': (logger, err) =>
    logger.child({}, { serializers: { err: (error: Error) => error.message } }).error({ err }),
}

test.each(Object.entries(ways))('an error logged %s leaks no parameter', async (_way, write) => {
  const database = await createDatabase()
  const { log, logger } = listen()
  write(logger, await failedQuery(database))
  expect(log.text).not.toBe('')
  expect(log.text).not.toContain(SECRET)
  expect(log.text).not.toContain(Buffer.from(SECRET).join())
  expect(log.text.length).toBeLessThan(4_000)
})

test('a safe error still says where and why it failed', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db, { email: 'taken@example.com' })
  const error = await db
    .execute(sql`insert into users (userid, email, username)
      values (gen_random_uuid(), ${'taken@example.com'}, ${`other-${userId}`})`)
    .catch(error => error)
  const safe = safeError(error)
  expect(safe.message).toBe(
    'Failed query: insert into users (userid, email, username) values (gen_random_uuid(), $1, $2)',
  )
  expect(safe.cause).toMatchObject({
    code: '23505',
    table: 'users',
    constraint: 'users_email_unique',
    message: 'duplicate key value violates unique constraint "users_email_unique"',
  })
  const shown = inspectError(error)
  expect(shown).toMatch(/^\s+at .+:\d+/m)
  expect(shown).not.toContain('taken@example.com')
})

test('Fastify logs a failed request without its parameters', async () => {
  const error = await failedQuery(await createDatabase())
  const { log, logger } = listen()
  const server = Fastify({ loggerInstance: logger })
  server.get('/', async request => {
    request.log.error(error)
    throw error
  })
  await server.inject('/')
  await server.close()
  expect(log.text).toContain('Failed query')
  expect(log.text).not.toContain(SECRET)
})

test('a failed claim leaves no email, address or link in the log or in the queue', async () => {
  const { log, logger } = listen()
  const database = await createDatabase()
  const { db } = database
  await addNotification(db, await addUser(db, { email: 'jo@claim.example', name: 'Jo' }), {
    title: 'A subject nobody else may read',
  })
  await db.execute(sql`
    create function tidings.refuse() returns trigger language plpgsql as $$
      begin raise exception 'no % for %', new.subject, new.address; end $$`)
  await db.execute(sql`create trigger refuse before insert on tidings.deliveries
    for each row execute function tidings.refuse()`)
  const { app } = await startService({ database, logger })
  await app.runs.start({ type: 'all', trigger: 'http' })
  await vi.waitFor(() => expect(log.text).toContain('job failed'), { timeout: 20_000 })
  await app.stop()

  const jobs = await db.execute(sql`select output::text from pgboss.job where output is not null`)
  for (const text of [log.text, JSON.stringify(jobs)]) {
    expect(text).not.toMatch(/jo@claim|A subject nobody|unsubscribe|"parameters"|"params"/)
  }
  expect(log.text).toContain('P0001')
})

test('the output of a failed job contains no parameter', async () => {
  const database = await createDatabase()
  const { db } = database
  await addNotification(db, await addUser(db, { email: 'jo@scan.example' }))
  const { app } = await startService({ database })
  await db.execute(sql`alter table tidings.batches add constraint none check (false) not valid`)
  await app.runs.start({ type: 'all', trigger: 'http' })
  const output = await vi.waitFor(
    async () => {
      const [job] = await db.execute<{ output: string }>(
        sql`select output::text from pgboss.job where name = 'scan' and output is not null`,
      )
      if (!job) throw new Error('no job has failed yet')
      return job.output
    },
    { timeout: 20_000 },
  )
  expect(output).toContain('violates check constraint')
  expect(output).not.toMatch(/"params"|"query"|"parameters"|params:/)
})

test('a command that fails unexpectedly prints no parameter', async () => {
  const { db, url } = await createDatabase()
  const userId = await addUser(db)
  await db.execute(sql`
    create function tidings.refuse() returns trigger language plpgsql as $$
      begin raise exception 'no setting for %', new.user_id; end $$`)
  await db.execute(sql`create trigger refuse before insert on public.user_privacy_settings
    for each row execute function tidings.refuse()`)
  const provider = await openProvider()
  const { code, stderr } = await tidings(['settings', userId, 'off'], {
    cwd: await makeFolder(),
    env: {
      DATABASE_URL: url,
      RESEND_API_KEY: 're_test_key',
      RESEND_BASE_URL: provider.baseUrl,
      EMAIL_FROM: 'a@b.example',
    },
  })
  expect(code).toBe(1)
  expect(stderr).toContain('P0001')
  expect(stderr).not.toContain(userId)
})

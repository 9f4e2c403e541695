import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, inject, test } from 'vitest'
import { runDatabaseChecks } from '../../src/app/check-database.ts'
import { describeError } from '../../src/cli/describe-error.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/client/connect.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { createDatabase } from '../support/database.ts'
import { makeHost } from '../support/foreign-host.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { requireTool } from '../support/tools.ts'

async function check(url: string, env: Record<string, string> = {}): Promise<Finding[]> {
  const config = readConfig({
    ...{ DATABASE_URL: url, API_TOKEN: 'a', CRON_SECRET: 'c', LINK_SECRET: 'l' },
    ...env,
  })
  return runDatabaseChecks(
    { url, config, isEmbedded: false },
    { limitMs: 15_000, describeError, onBegin: () => {}, onDone: () => {} },
  )
}

const about = (findings: Finding[], name: string) => findings.filter(({ check }) => check === name)
const problems = (findings: Finding[]) => findings.filter(({ status }) => status !== 'ok')
const run = (db: Database, statements: string) => db.execute(sql.raw(statements))

test('a migrated database has no problems with the privileges that `grants` prints', async () => {
  const { url } = await createDatabase()
  const findings = await check(url)
  expect(problems(findings)).toEqual([])
  expect(findings.map(({ check }) => check)).toEqual([
    ...['database', 'encoding', 'tls', 'pooler', 'privileges', 'schemas', 'migrations'],
    ...['tables', 'indexes'],
    ...['time zone', 'clock', 'connections', 'queue', 'work', 'sending'],
  ])
})

test('each missing privilege is reported with the statement that grants it', async () => {
  const { url, db } = await createDatabase()
  const { name } = inject('serviceRole')
  await run(db, `revoke all on notification_emails_sent, users from ${name}`)
  await run(db, `grant select, insert on notification_emails_sent to ${name}`)
  await run(db, `revoke update on tidings.lanes from ${name}`)
  await run(db, `revoke usage on schema pgboss from ${name}`)

  const env = { RETENTION_DAYS: '365' }
  const missing = about(await check(url, env), 'privileges')
  expect(missing.map(({ fix }) => fix?.replace(` TO "${name}";`, ''))).toEqual([
    'GRANT USAGE ON SCHEMA "pgboss"',
    'GRANT DELETE ON "public"."notification_emails_sent"',
    'GRANT UPDATE ("success", "error_message") ON "public"."notification_emails_sent"',
    'GRANT SELECT ("userid", "email", "username", "public_display_name", "created_at") ON "public"."users"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "tidings"',
  ])
  expect(missing.every(({ status }) => status === 'fail')).toBe(true)

  await run(db, missing.map(({ fix }) => fix).join('\n'))
  expect(problems(await check(url, env))).toEqual([])
})

test('a role without privileges gets a report of them, and the catalogue is still checked', async () => {
  const { url, db } = await createDatabase()
  const role = `powerless_${randomUUID().slice(0, 8)}`
  await run(db, `create role ${role} login password 'secret'`)
  const roleUrl = Object.assign(new URL(url), { username: role, password: 'secret' })
  try {
    const findings = await check(roleUrl.href)
    expect(about(findings, 'privileges').length).toBeGreaterThan(8)
    expect(about(findings, 'migrations')).toEqual([
      expect.objectContaining({ status: 'fail', found: 'permission denied for schema tidings' }),
    ])
    expect(problems(about(findings, 'tables'))).toEqual([])
  } finally {
    await run(db, `drop role ${role}`)
  }
})

test('row level security is reported until a policy lets the role see every row', async () => {
  const { url, db } = await createDatabase()
  await run(db, 'alter table users enable row level security')
  await run(db, 'create policy own on users using (admin_level is null)')
  const [hidden] = about(await check(url), 'tables')
  expect(hidden).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/^users: row level security/),
  })
  await run(db, `create policy tidings on users to ${inject('serviceRole').name} using (true)`)
  expect(problems(await check(url))).toEqual([])
  await run(db, 'create policy fewer on users as restrictive using (admin_level is null)')
  expect(problems(await check(url))).toHaveLength(1)
})

test('an empty database needs migrate, and one with host tables needs adopt', async () => {
  const empty = await createDatabase({ template: 'template0' })
  const inEmpty = await check(empty.url)
  expect(about(inEmpty, 'migrations')[0]).toMatchObject({
    status: 'fail',
    fix: expect.stringMatching(/migrate/),
  })
  expect(about(inEmpty, 'queue')[0]?.status).toBe('fail')
  expect(about(inEmpty, 'skipped')[0]?.found).toMatch(/work, sending$/)
  expect(about(await check(empty.url, { HOST_SCHEMA: 'app' }), 'migrations')[0]?.fix).toMatch(
    /HOST_SCHEMA/,
  )

  const host = await makeHost({ changes: 'alter table users drop column email' })
  const inHost = await check(host.url)
  expect(about(inHost, 'migrations')[0]).toMatchObject({
    status: 'fail',
    fix: expect.stringMatching(/adopt/),
  })
  expect(about(inHost, 'tables')).toEqual([
    expect.objectContaining({ status: 'fail', found: expect.stringMatching(/^users\.email/) }),
  ])
  expect(
    about(inHost, 'indexes').every(
      ({ status, fix }) => status === 'warn' && /adopt/.test(fix ?? ''),
    ),
  ).toBe(true)
})

test('missing migrations and those of a newer version are reported', async () => {
  const { url, db } = await createDatabase()
  await run(
    db,
    `update tidings.__drizzle_migrations set created_at = created_at + 1
    where created_at = (select max(created_at) from tidings.__drizzle_migrations)`,
  )
  expect(about(await check(url), 'migrations')[0]).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/^1 of \d+ not applied: \d{4}_/),
  })
  await run(
    db,
    `insert into tidings.__drizzle_migrations (hash, created_at)
    select 'x', max(created_at) - 1 from tidings.__drizzle_migrations`,
  )
  expect(about(await check(url), 'migrations')[0]).toMatchObject({
    status: 'warn',
    found: expect.stringMatching(/1 of a later version/),
  })
})

test('a missing or invalid index is reported with its effect', async () => {
  const { url, db } = await createDatabase()
  await run(db, 'drop index notification_emails_sent_error_code_idx')
  await run(
    db,
    `update pg_index set indisvalid = false
    where indexrelid = 'notification_emails_sent_sent_at_id_idx'::regclass`,
  )
  const found = about(await check(url), 'indexes')
  expect(found.map(({ found }) => found).sort()).toEqual([
    expect.stringMatching(
      /^notification_emails_sent_error_code_idx on notification_emails_sent is missing/,
    ),
    expect.stringMatching(
      /^notification_emails_sent_sent_at_id_idx on notification_emails_sent is invalid/,
    ),
  ])
  expect(found[0]).toMatchObject({
    status: 'warn',
    fix: expect.stringMatching(/-- migrate .*a moment/),
  })
})

test('a time zone other than UTC is reported and is not a problem', async () => {
  const { url, db } = await createDatabase()
  const name = new URL(url).pathname.slice(1)
  await run(db, `alter database ${name} set timezone to 'Asia/Kolkata'`)
  expect(about(await check(url), 'time zone')).toEqual([
    expect.objectContaining({
      status: 'ok',
      found: 'Asia/Kolkata, set for the database; not UTC, which has no effect on the rules',
    }),
  ])
})

test('overdue work, failed jobs and old unknown outcomes are warnings; stopped sending is a failure', async () => {
  const { url, db } = await createDatabase()
  const [runId, batchId] = [randomUUID(), randomUUID()]
  await run(db, `insert into tidings.runs (id, type, trigger) values ('${runId}', 'all', 'cli')`)
  await run(
    db,
    `insert into tidings.batches (id, run_id, email_type, user_ids, next_attempt_at)
    values ('${batchId}', '${runId}', 'new_notifications', '{}', now() - interval '1 hour')`,
  )
  await run(
    db,
    `insert into tidings.deliveries
    (id, batch_id, run_id, user_id, email_type, address, state, claimed_at)
    values ('${randomUUID()}', '${batchId}', '${runId}', '${randomUUID()}', 'new_notifications',
      'mara@example.com', 'unknown', now() - interval '2 days')`,
  )
  await run(
    db,
    `insert into pgboss.job (name, state, completed_on) values ('scan', 'failed', now())`,
  )

  const work = about(await check(url), 'work')
  expect(work.map(({ status, found }) => [status, found])).toEqual([
    ['warn', 'no worker has reported so far'],
    ['warn', expect.stringMatching(/^1 batch is overdue, the oldest since /)],
    ['warn', '1 job of scan failed in the last 24 h'],
    ['warn', expect.stringMatching(/^1 outcome is unknown, the oldest since /)],
  ])

  await run(
    db,
    `insert into tidings.lanes (name, stopped_reason, stopped_until, learnt_rate)
    values ('resend', 'bounces: 9 %', 'resumed', 5)`,
  )
  const stopped = await check(url)
  expect(about(stopped, 'sending')).toEqual([
    expect.objectContaining({
      status: 'fail',
      found: 'stopped: bounces: 9 %',
      fix: expect.stringMatching(/-- resume/),
    }),
  ])
  // Work that waits until sending resumes is not overdue.
  expect(about(stopped, 'work').some(({ found }) => /overdue/.test(found))).toBe(false)
})

test.each([
  ['no server listens', (url: URL) => Object.assign(url, { port: '1' }), /ECONNREFUSED/],
  [
    'the password is wrong',
    (url: URL) => Object.assign(url, { password: 'hunter2hunter2' }),
    /password authentication failed/,
  ],
  [
    'there is no such database',
    (url: URL) => Object.assign(url, { pathname: '/nowhere' }),
    /"nowhere" does not exist/,
  ],
])('%s: one failure, and the other checks are skipped', async (_what, change, found) => {
  const { url } = await createDatabase()
  const findings = await check(change(new URL(url)).href)
  expect(findings.map(({ check, status }) => [check, status])).toEqual([
    ['database', 'fail'],
    ['skipped', 'warn'],
  ])
  expect(findings[0]?.found).toMatch(found)
  expect(findings[0]?.fix).toMatch(/DATABASE_URL/)
  expect(JSON.stringify(findings)).not.toContain('hunter2')
})

test('a transaction pooler is detected and needs a DIRECT_URL', async context => {
  requireTool('pgbouncer')(context)
  const { url, ownerUrl } = await createDatabase()
  const bouncer = await startPgBouncer(ownerUrl)
  const findings = await check(bouncer.url)
  expect(problems(findings)).toEqual([
    expect.objectContaining({
      check: 'pooler',
      status: 'warn',
      fix: expect.stringMatching(/DIRECT_URL/),
    }),
  ])
  expect(problems(await check(bouncer.url, { DIRECT_URL: url }))).toEqual([])
})

test('other roles that may create functions next to the tables are reported with a REVOKE', async () => {
  const { url, db } = await createDatabase()
  await run(db, 'grant create on schema public, pgboss to public')
  const open = about(await check(url), 'schemas')
  expect(open).toEqual([
    {
      check: 'schemas',
      status: 'warn',
      found: 'every role may create functions in the schema pgboss',
      fix: 'REVOKE CREATE ON SCHEMA "pgboss" FROM PUBLIC;',
    },
    expect.objectContaining({ fix: 'REVOKE CREATE ON SCHEMA "public" FROM PUBLIC;' }),
  ])
  await run(db, open.map(({ fix }) => fix).join('\n'))
  expect(problems(await check(url))).toEqual([])
})

test('a trigger that depends on the search path of the session is reported until it sets its own', async () => {
  const { url, db } = await createDatabase()
  await run(
    db,
    `create table public.log (id uuid);
    create function public.note() returns trigger language plpgsql as
      $$ begin insert into log values (new.id); return new; end $$;
    create function public.touch() returns trigger language plpgsql as
      $$ begin new.updated_at := now(); return new; end $$;
    create trigger note before insert on notification_emails_sent for each row execute function note();
    create trigger touch before update on user_privacy_settings for each row execute function touch()`,
  )
  const [open, ...others] = about(await check(url), 'triggers')
  expect(others).toEqual([])
  expect(open).toMatchObject({
    status: 'warn',
    found: expect.stringContaining('note on notification_emails_sent runs public.note()'),
    fix: 'ALTER FUNCTION public.note() SET search_path = "public", pg_temp;',
  })
  await run(db, open?.fix ?? '')
  expect(problems(await check(url))).toEqual([])
})

test('connections that run out are a warning', async () => {
  const { url, db } = await createDatabase()
  const name = new URL(url).pathname.slice(1)
  await run(db, `alter database "${name}" connection limit 8`)

  expect(about(await check(url), 'connections')).toEqual([
    {
      check: 'connections',
      status: 'warn',
      found: expect.stringMatching(
        /^\d connections? left of 8 for the database; a process opens up to 15$/,
      ),
      fix: 'ALTER DATABASE … CONNECTION LIMIT',
    },
  ])
})

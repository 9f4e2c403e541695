import { eq, sql } from 'drizzle-orm'
import { expect, inject, test } from 'vitest'
import { runDatabaseChecks } from '../../src/app/check-database.ts'
import { describeError } from '../../src/cli/describe-error.ts'
import { readContent } from '../../src/db/audit/read-content.ts'
import type { Transaction } from '../../src/db/client/connect.ts'
import { inSnapshot, inTransaction } from '../../src/db/client/in-transaction.ts'
import { eraseUser } from '../../src/db/recipients/erase-user.ts'
import { matchUsers } from '../../src/db/recipients/match-users.ts'
import { readUserData } from '../../src/db/recipients/read-user-data.ts'
import { searchByPrefix, searchUsers } from '../../src/db/recipients/search-users.ts'
import { evaluateRules } from '../../src/db/rules/verdicts.ts'
import { deliveries, notificationEmailsSent } from '../../src/db/schema.ts'
import { compareShadow } from '../../src/db/shadow/compare.ts'
import { call } from '../support/client.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { openForwardingServer } from '../support/faulty-servers.ts'
import { addDueUsers, addNotification, addUser } from '../support/host.ts'
import { ignoreCase, setHostileSettings } from '../support/hostile-settings.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import {
  permanentBounce,
  postEvent,
  providerEvent,
  WEBHOOK_SECRET,
} from '../support/provider-event.ts'
import { openProvider, type Service, startService } from '../support/service.ts'
import { requireTool } from '../support/tools.ts'

/** What every session and transaction of the service has instead. */
const pinned: Record<string, string> = {
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  bytea_output: 'hex',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  quote_all_identifiers: 'off',
  row_security: 'on',
  transaction_isolation: 'read committed',
}
const inForce = sql.raw(
  `jsonb_build_object(${Object.keys(pinned)
    .map(name => `'${name}', current_setting('${name}')`)
    .join(', ')})`,
)
const readSettings = sql`select ${inForce} as settings`

/** A database whose settings and collations break whatever depends on them. */
async function makeHostile(): Promise<TestDatabase> {
  const database = await createDatabase()
  const { db } = database
  await ignoreCase(db)
  const role = inject('serviceRole').name
  // With `row_security = off` PostgreSQL refuses to read such a table.
  await db.execute(sql`alter table users enable row level security`)
  await db.execute(sql.raw(`create policy tidings on users to ${role} using (true)`))
  // Notes the settings of pg-boss's connection as it writes the schedule.
  await db.execute(sql`create table public.seen (settings jsonb)`)
  await db.execute(sql`create function public.see() returns trigger language plpgsql security definer as $$
    begin
      insert into public.seen values (${inForce});
      return new;
    end $$`)
  await db.execute(
    sql`create trigger see before insert on pgboss.schedule for each row execute function public.see()`,
  )
  await setHostileSettings(db, role)
  return database
}

async function expectPinned({ app }: Service, { db }: TestDatabase): Promise<void> {
  expect(await app.db.execute(readSettings)).toEqual([{ settings: pinned }])
  expect(await app.db.transaction(tx => tx.execute(readSettings))).toEqual([{ settings: pinned }])
  expect(await inSnapshot(app.db, tx => tx.execute(readSettings))).toEqual([
    { settings: { ...pinned, transaction_isolation: 'repeatable read' } },
  ])
  expect(await db.execute(sql`select * from public.seen`)).toEqual([{ settings: pinned }])
  // Losing a claim in a crash of the server would send the email again.
  const [commit] = await inTransaction(app.db, tx => tx.execute(sql`show synchronous_commit`))
  expect(commit).toEqual({ synchronous_commit: 'local' })
}

const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString()

/** Uses the service once in every way whose answer depends on a setting or a collation. */
async function expectRightAnswers(url: string, database: TestDatabase): Promise<void> {
  const { db } = database
  const provider = await openProvider()
  const requests: Buffer[] = []
  const { baseUrl } = await openForwardingServer(provider.baseUrl, async body =>
    requests.push(body),
  )
  const service = await startService({
    database: { db, url },
    provider: { ...provider, baseUrl },
    env: { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET, DELIVER_ONLY: '@example.com' },
  })
  const { app, mailbox, config } = service
  await expectPinned(service, database)

  const mara = await addUser(db, { name: 'Mara', email: 'Mara@Example.com' })
  await addNotification(db, mara, { title: 'Zoë’s “bridge” \\ 🎈' })
  await addDueUsers(db, 4)
  await addNotification(db, await addUser(db), { days: 10 })
  await addNotification(db, await addUser(db, { email: 'Zoe@Other.Example' }))
  expect((await service.run({ dryRun: true })).counts).toMatchObject({ due: 6 })

  // The first answer is a 500, and the very same request follows.
  mailbox.setFault({ kind: 'status', status: 500, name: 'application_error', times: 1 })
  const run = await service.run()
  expect(run.counts).toMatchObject({ due: 6, sent: 6, failed: 0, unknown: 0 })
  expect(requests).toHaveLength(2)
  expect(requests[1]).toEqual(requests[0])
  expect(Math.abs(Date.parse(String(run.startedAt)) - Date.now())).toBeLessThan(60_000)

  // The audit.
  const { data } = (await call(service, `/v1/emails?userId=${mara}`)).json
  expect(data).toMatchObject([{ success: true }, { success: false }])
  expect(Math.abs(Date.parse(data[0].sentAt) - Date.now())).toBeLessThan(60_000)
  const sent = mailbox.emails().find(({ to }) => to.includes('Mara@Example.com'))
  const detail = (await call(service, `/v1/emails/${data[0].id}`)).json
  expect(detail.content).toMatchObject({ subject: sent?.subject, html: sent?.html })
  const errors = await call(service, '/v1/emails?error=APPLICATION')
  expect(errors.json.data).toHaveLength(6)
  const exported = await call(service, '/v1/emails/export?format=ndjson')
  expect(exported.text.trim().split('\n')).toHaveLength(12)
  const stats = await call(service, `/v1/emails/stats?by=hour&from=${hours(-2)}&to=${hours(1)}`)
  expect(stats.json.errors).toMatchObject([{ code: 'application_error', attempts: 6 }])
  expect(Math.abs(Date.parse(stats.json.errors[0].latest) - Date.now())).toBeLessThan(60_000)
  await compareShadow(app.db, {
    ...{ from: new Date(hours(-1)), to: new Date(hours(1)), rules: config.rules, limit: 5 },
  })

  // Users are found without regard to case.
  const found = await searchUsers(app.db, 'mAR', 5)
  expect(found.people.map(({ userId }) => userId)).toEqual([mara])
  expect(await app.db.execute(searchByPrefix('mAR', 5))).toMatchObject([{ userid: mara }])
  expect(await matchUsers(app.db, 'Mara@Example.com')).toMatchObject([{ userId: mara }])

  // A suppression holds, however the address is spelled, and is found by its index.
  const bounce = providerEvent('email.bounced', {
    ...{ emailId: sent?.id ?? '', data: permanentBounce },
  })
  expect((await postEvent(service, bounce)).status).toBe(200)
  const settings = await call(service, `/v1/users/${mara}/notification-settings`)
  expect(settings.json).toMatchObject({ suppressed: { reason: expect.any(String) } })
  const rules = evaluateRules({ after: null, through: null }, config.rules)
  const explainRules = (tx: Transaction) => tx.execute(sql`explain ${rules}`)
  const plan = await inTransaction(app.db, explainRules, undefined, { enable_seqscan: 'off' })
  expect(JSON.stringify(plan)).toContain('Index Cond: (address = lower(')
  await addNotification(db, mara)
  expect((await service.run()).counts).toMatchObject({ sent: 0, skipped: { suppressed: 1 } })
  const explained = (await call(service, `/v1/users/${mara}/explain`)).json
  expect(JSON.stringify(explained)).toContain('suppressed')

  // One person's data, and its end. A trigger of the host may change a setting in mid-session.
  const [delivery] = await db.select().from(deliveries).where(eq(deliveries.userId, mara))
  const content = await app.db.transaction(async tx => {
    await tx.execute(sql`select set_config('bytea_output', 'escape', true)`)
    return readContent(tx, delivery?.id ?? '')
  })
  expect(content).toMatchObject({ subject: sent?.subject })
  expect(await readUserData(app.db, mara)).toMatchObject({
    suppressions: [{ address: 'mara@example.com' }],
    deliveries: [{ content: { subject: sent?.subject } }],
  })
  await db
    .update(notificationEmailsSent)
    .set({ errorMessage: 'application_error: MARA@example.com is unknown' })
    .where(eq(notificationEmailsSent.id, data[1].id))
  expect(await eraseUser(app.db, mara, { rows: false, suppression: true })).toMatchObject({
    ...{ deliveries: 1, bodies: 1, errors: 1, suppressions: 1 },
  })

  const findings = await runDatabaseChecks(
    { url, config, isEmbedded: false },
    { limitMs: 15_000, describeError, onBegin: () => {}, onDone: () => {} },
  )
  expect(findings.filter(({ status }) => status === 'fail')).toEqual([])
}

test('the settings of the server, the database and the role do not matter', async () => {
  const database = await makeHostile()
  await expectRightAnswers(database.url, database)
})

test('they do not matter behind a pooler in transaction mode either', async context => {
  requireTool('pgbouncer')(context)
  const database = await makeHostile()
  const pooler = await startPgBouncer(database.url)
  await expectRightAnswers(pooler.url, database)
})

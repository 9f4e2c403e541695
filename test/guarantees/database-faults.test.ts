import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { expectConsistent } from '../support/expect-consistent.ts'
import {
  cutConnections,
  expectFewLogLines,
  openNode,
  untilSettled,
} from '../support/faulty-connection.ts'
import { addDueUsers } from '../support/host.ts'
import { openProvider } from '../support/service.ts'

test('all connections are cut at each of the first six requests', { timeout: 90_000 }, async () => {
  const { db, url } = await createDatabase()
  const provider = await openProvider()
  await addDueUsers(db, 900)
  const node = await openNode(url, provider.baseUrl, { RATE_LIMIT: '8' })
  const cuts: Promise<number>[] = []
  provider.mailbox.onAccepted(() => {
    if (cuts.length < 6) cuts.push(cutConnections(db))
  })

  expect(await node.startRun()).toBe(true)
  await untilSettled(db)

  const connections = await Promise.all(cuts)
  expect(connections).toHaveLength(6)
  expect(connections.reduce((sum, count) => sum + count)).toBeGreaterThan(6)
  await expectConsistent(db, provider.mailbox, 900)
  expectFewLogLines(node, { losses: 6 })
})

test('connections are cut repeatedly, also while they are being opened', {
  timeout: 90_000,
}, async () => {
  const { db, url } = await createDatabase()
  const provider = await openProvider()
  await addDueUsers(db, 600)
  const node = await openNode(url, provider.baseUrl, { RATE_LIMIT: '5' })
  while (!(await node.startRun())) expect(node.child.exitCode).toBeNull()

  for (let cut = 0; cut < 60; cut++) {
    await cutConnections(db)
    // A varying delay, to hit different moments of the loops that run every 250 or 500 ms.
    await delay((cut * 37) % 210)
  }
  await untilSettled(db)

  await expectConsistent(db, provider.mailbox, 600)
  expectFewLogLines(node, { losses: 10 })
})

const places = {
  'the scan': 'insert on tidings.batches',
  'the claim': 'insert on notification_emails_sent',
  'the record': 'update on notification_emails_sent',
  'the next job': 'insert on pgboss.job',
}
const faults = {
  'a full disk': '53100',
  'a statement timeout': '57014',
  'a lost session': 'cut',
}

for (const [place, event] of Object.entries(places)) {
  for (const [fault, code] of Object.entries(faults)) {
    test(`${fault} in ${place}, five times: then the service continues`, {
      timeout: 60_000,
    }, async () => {
      const { db, url } = await createDatabase()
      const provider = await openProvider()
      await addDueUsers(db, 150)
      const node = await openNode(url, provider.baseUrl)
      // Only the service's own connections fail, not those of this test.
      await db.execute(
        sql.raw(`
        create sequence public.faults;
        create function fail_here() returns trigger language plpgsql security definer as $$
        begin
          if current_setting('application_name') = 'service' and nextval('public.faults') <= 5 then
            if tg_argv[0] = 'cut' then
              perform pg_terminate_backend(pg_backend_pid());
              perform pg_sleep(10);
            end if;
            raise exception 'raised by the test' using errcode = tg_argv[0];
          end if;
          return new;
        end $$`),
      )
      await db.execute(
        sql.raw(`create trigger fail_here before ${event}
        for each row execute function fail_here('${code}')`),
      )

      while (!(await node.startRun())) expect(place).toBe('the next job')
      await untilSettled(db)

      const [reached] = await db.execute<{ times: number }>(
        sql`select last_value::int as times from public.faults`,
      )
      expect(reached?.times).toBeGreaterThan(5)
      await expectConsistent(db, provider.mailbox, 150)
      expectFewLogLines(node, { losses: 5 })
      // The service did not resend requests because of the faults.
      expect(provider.mailbox.requests).toBeLessThan(20)
    })
  }
}

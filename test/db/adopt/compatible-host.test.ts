import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { changeSetting } from '../../../src/db/recipients/change-setting.ts'
import { addHostUser, describeHost, makeHost } from '../../support/foreign-host.ts'
import { ignoreCase, setHostileSettings } from '../../support/hostile-settings.ts'
import { startService } from '../../support/service.ts'

const zone = 'Asia/Kolkata'

/** Hosts that differ from the contract but work as they are. */
const hosts: { name: string; changes: string; differs: string[]; isHostile?: boolean }[] = [
  { name: 'the contract itself', changes: '', differs: [] },
  { name: 'hostile settings and collations', changes: '', differs: [], isHostile: true },
  {
    name: 'varchar for text',
    changes: `
      alter table users alter email type varchar(320), alter username type varchar(64);
      alter table notifications alter title type varchar(200), alter message type varchar,
        alter metadata type jsonb using metadata::jsonb;
      alter table notification_emails_sent alter error_message type varchar(1000),
        alter notification_ids type varchar(36)[]`,
    differs: [
      'email',
      'username',
      'title',
      'message',
      'metadata',
      'error_message',
      'notification_ids',
    ],
  },
  {
    name: 'timestamptz for timestamp',
    changes: `
      alter table notifications alter created_at type timestamptz, alter read_at type timestamptz;
      alter table notification_emails_sent alter sent_at type timestamptz;
      alter table users alter created_at type timestamptz;
      alter table user_privacy_settings alter created_at type timestamptz,
        alter updated_at type timestamptz`,
    differs: ['created_at', 'read_at', 'sent_at', 'created_at', 'created_at', 'updated_at'],
  },
  {
    name: 'text for the enum notification_type',
    changes: `alter table notifications alter type type text; drop type notification_type`,
    differs: ['type'],
  },
  {
    name: 'varchar for the enum notification_email_type',
    changes: `
      alter table notification_emails_sent alter email_type type varchar(40);
      drop type notification_email_type`,
    differs: ['email_type'],
  },
  {
    name: 'extra columns',
    changes: `
      alter table users add phone text, add plan integer not null default 0;
      alter table notifications add priority integer not null default 1;
      alter table notification_emails_sent add opened_at timestamp, add tries int not null default 0,
        add number bigint generated always as identity`,
    differs: ['phone', 'plan', 'priority', 'opened_at', 'tries', 'number'],
  },
  {
    name: 'extra enum values',
    changes: `
      alter type notification_type rename to old_type;
      create type notification_type as enum ('comment_received', 'song_released');
      alter table notifications alter type type notification_type using type::text::notification_type;
      drop type old_type;
      alter type notification_email_type add value 'newsletter'`,
    differs: ['type', 'email_type'],
  },
  {
    name: 'no foreign keys',
    changes: `
      alter table notifications drop constraint notifications_user_id_users_userid_fk;
      alter table notification_emails_sent
        drop constraint notification_emails_sent_user_id_users_userid_fk;
      alter table user_privacy_settings drop constraint user_privacy_settings_user_id_users_userid_fk`,
    differs: ['user_id', 'user_id', 'user_id'],
  },
  {
    name: 'manually created settings',
    changes: `
      drop table user_privacy_settings;
      create table user_privacy_settings (
        id uuid primary key, user_id uuid not null unique, notification_emails_enabled boolean,
        created_at timestamp, updated_at timestamp)`,
    differs: [
      'id',
      'notification_emails_enabled',
      'created_at',
      'updated_at',
      'user_id',
      'show_stats',
    ],
  },
  {
    name: 'users without an address or a name',
    changes: 'alter table users alter email drop not null, alter username drop not null',
    differs: ['email', 'username'],
  },
]

describe.each(hosts)('$name', ({ changes, differs, isHostile }) => {
  test('can be adopted, and its users emailed, in a database of another zone', async () => {
    const database = await makeHost({ changes, zone })
    const { db, url } = database
    const neverEmailed = await addHostUser(db, 'neverEmailed', { unread: ['1 hour'] })
    if (isHostile) {
      await ignoreCase(db)
      await setHostileSettings(db)
    }
    // Half an hour before or after the last email: a time zone mistake would reverse the verdict.
    const newer = await addHostUser(db, 'newer', { unread: ['23.5 hours'], mailed: '24 hours' })
    await addHostUser(db, 'carried', { unread: ['24.5 hours'], mailed: '24 hours' })
    // The same for a reminder and its cool-down of seven days.
    const reminded = await addHostUser(db, 'reminded', {
      unread: ['169 hours'],
      mailed: '168.5 hours',
    })
    await addHostUser(db, 'cooling', { unread: ['168.2 hours'], mailed: '167.5 hours' })
    const before = await describeHost(db)

    const { adopted, report } = await adoptDatabaseTables(url)

    expect(adopted).toBe(true)
    const differing = report.findings.filter(({ fit }) => fit !== 'fits')
    expect(differing.filter(({ fit }) => fit === 'impossible')).toEqual([])
    expect(differing.map(({ column }) => column)).toEqual(expect.arrayContaining(differs))
    if (differs.length === 0) expect(differing).toEqual([])
    expect(await describeHost(db)).toEqual(before)

    const { run, mailbox } = await startService({ database })
    expect(await run()).toMatchObject({ status: 'completed', counts: { sent: 3, failed: 0 } })
    expect(
      mailbox
        .emails()
        .flatMap(email => email.to)
        .sort(),
    ).toEqual([neverEmailed, newer, reminded].map(({ email }) => email).sort())
    expect(await run()).toMatchObject({ counts: { sent: 0 } })
    const recorded = await db.execute(sql`
      select u.email from notification_emails_sent e join users u on u.userid = e.user_id
      where e.success and e.error_message is null and cardinality(e.notification_ids) = 1
        and abs(extract(epoch from e.sent_at) - extract(epoch from now())) < 600
      order by 1`)
    expect(recorded.map(row => row.email)).toEqual(
      [neverEmailed, newer, reminded].map(({ email }) => email).sort(),
    )

    expect(await changeSetting(db, neverEmailed.id, false, 'api')).toMatchObject({
      notificationEmailsEnabled: false,
    })
    expect(await changeSetting(db, neverEmailed.id, true, 'api')).toMatchObject({
      notificationEmailsEnabled: true,
    })
    const settings = await db.execute(sql`
      select notification_emails_enabled as enabled,
        abs(extract(epoch from updated_at) - extract(epoch from now())) < 600 as current
      from user_privacy_settings where user_id = ${neverEmailed.id}`)
    expect([...settings]).toEqual([{ enabled: true, current: true }])
  })
})

test('a user without an address is skipped, and the rest of the batch is emailed', async () => {
  const database = await makeHost({
    changes: 'alter table users alter email drop not null, alter username drop not null',
  })
  const withoutAddress = await addHostUser(database.db, 'withoutAddress', { unread: ['1 hour'] })
  const nameless = await addHostUser(database.db, 'nameless', { unread: ['1 hour'] })
  await database.db.execute(sql`update users set email = null where userid = ${withoutAddress.id}`)
  await database.db.execute(sql`update users set username = null where userid = ${nameless.id}`)
  await adoptDatabaseTables(database.url)
  const { run } = await startService({ database })
  expect((await run()).counts).toMatchObject({ sent: 1, skipped: { invalid_address: 1 } })
})

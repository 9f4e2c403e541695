import postgres from 'postgres'
import { grantStatements } from '../../src/db/migrate/grants.ts'
import { applyMigrations } from '../../src/db/migrate/migrate.ts'
import type { Cluster } from '../../src/local/postgres/start-cluster.ts'
import { installQueue } from '../../src/queue/install-queue.ts'

export interface HostOptions {
  people: number
  /** Read notifications per user, besides two unread ones. */
  read?: number
  /** How many of a thousand users have a new notification; a tenth of them has switched emails off. */
  due?: number
}

/** The service's role, which distinguishes its statements from those of the benchmark. */
export const SERVICE_ROLE = 'bench_service'

export interface BenchHost {
  /** The owner's URL. */
  url: string
  /** The service's URL, with the rights of `tidings grants`. */
  serviceUrl: string
  /** The benchmark's connection. */
  sql: postgres.Sql
  drop(): Promise<void>
}

/**
 * Creates a migrated database with the same data every time: ten notifications per user, eight of them
 * read, three emails to every user, and one user in ten opted out. The last email carried the unread ones,
 * except for users who are due.
 */
export async function makeHost(
  cluster: Cluster,
  { people, read = 8, due = 70 }: HostOptions,
): Promise<BenchHost> {
  const name = `bench_${people}_${read}_${due}`
  const admin = postgres(cluster.url('postgres'), { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name}`)
  const url = cluster.url(name)
  await applyMigrations(url)
  await installQueue(url)
  const sql = postgres(url, { max: 2, onnotice: () => {}, prepare: false })
  await withoutIndexes(sql, fillHost({ people, read, due }))
  await sql.unsafe('vacuum analyze')
  await sql.unsafe('checkpoint')
  return {
    url,
    serviceUrl: await createServiceRole(sql, url),
    sql,
    async drop() {
      await sql.end()
      await admin.unsafe(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

/**
 * Runs statements that fill tables, and builds the indexes afterwards, which is much faster for ten million
 * rows. Foreign keys are not checked.
 */
async function withoutIndexes(sql: postgres.Sql, statements: string[]): Promise<void> {
  await sql.begin(async tx => {
    const indexes = await tx<{ definition: string; name: string }[]>`
      select pg_get_indexdef(i.indexrelid) as definition, i.indexrelid::regclass::text as name
      from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'tidings') and not i.indisprimary
        and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`
    await tx`set local session_replication_role = replica`
    await tx`set local maintenance_work_mem = '1GB'`
    for (const { name } of indexes) await tx.unsafe(`drop index ${name}`)
    for (const statement of statements) await tx.unsafe(statement)
    for (const { definition } of indexes) await tx.unsafe(definition)
  })
}

/** Creates the service's role. Resolves to its URL. */
async function createServiceRole(sql: postgres.Sql, url: string): Promise<string> {
  const [role] = await sql`select from pg_roles where rolname = ${SERVICE_ROLE}`
  if (!role) await sql.unsafe(`create role ${SERVICE_ROLE} login password '${SERVICE_ROLE}'`)
  for (const grant of grantStatements(SERVICE_ROLE, 'public')) await sql.unsafe(grant)
  const serviceUrl = new URL(url)
  serviceUrl.username = SERVICE_ROLE
  serviceUrl.password = SERVICE_ROLE
  return serviceUrl.href
}

/** Marks everything as read and adds one new notification per user, so that all are due again. */
export async function makeDueAgain({ sql }: BenchHost): Promise<number> {
  await sql`update notifications set is_read = true where not is_read`
  await sql`
    insert into notifications (user_id, type, title, message, created_at)
    select userid, 'comment_received', 'Mara commented on your cover', 'That bridge!',
      now() at time zone 'utc' from users`
  await sql.unsafe('vacuum analyze')
  const [due] = await sql<{ count: number }[]>`
    select count(*)::int from users u where not exists (
      select from user_privacy_settings s
      where s.user_id = u.userid and not s.notification_emails_enabled)`
  return due?.count ?? 0
}

/** The statements that fill a migrated database with users, starting with number `from`. */
export function fillHost({
  people,
  read = 8,
  due = 70,
  from = 1,
}: HostOptions & { from?: number }): string[] {
  const userNumbers = `generate_series(${from}, ${people}) p`
  const idOf = (text: string) => `md5(${text})::uuid`
  const notification = `insert into notifications
    (id, user_id, type, title, message, is_read, read_at, created_at)`
  // The last email went out four days ago, within the cool-down of reminders.
  const isDue = `(p % 1000 * 7919) % 1000 < ${due}`
  return [
    `insert into users (userid, email, username)
      select ${idOf("'p' || p")}, 'p' || p || '@example.com', 'person-' || p from ${userNumbers}`,
    `insert into user_privacy_settings (user_id, notification_emails_enabled)
      select ${idOf("'p' || p")}, p % 10 <> 3 from ${userNumbers} where p % 2 = 1`,
    `${notification}
      select ${idOf("'r' || p || '.' || n")}, ${idOf("'p' || p")}, 'comment_received',
        'Mara commented on your cover', 'That bridge!', true, now(),
        now() at time zone 'utc' - (10 + n) * interval '1 day'
      from ${userNumbers}, generate_series(1, ${read}) n`,
    `${notification}
      select ${idOf("'u' || p || '.' || n")}, ${idOf("'p' || p")}, 'comment_received',
        'Mara commented on your cover', 'That bridge!', false, null,
        now() at time zone 'utc'
          - case when n = 1 and ${isDue} then interval '2 hours' else n * interval '5 days' end
      from ${userNumbers}, generate_series(1, 2) n`,
    // A run sends in the order of the users' ids, so its rows are stored in this order.
    `insert into notification_emails_sent (id, user_id, email_type, sent_at, notification_ids)
      select ${idOf("'e' || p || '.' || n")}, ${idOf("'p' || p")}, 'new_notifications',
        now() at time zone 'utc' - (n * 30 - 26) * interval '1 day',
        case when n = 1 then array[${idOf("'u' || p || '.2'")}::text] end
      from ${userNumbers}, generate_series(1, 3) n order by n desc, 2`,
    // Tidings' own rows about those emails: the newest one carried the unread notifications.
    `insert into tidings.runs (id, type, trigger, status, scan_done)
      values (${idOf("'run'")}, 'all', 'schedule', 'completed', true) on conflict do nothing`,
    `insert into tidings.batches (id, run_id, email_type, user_ids, state)
      values (${idOf("'batch'")}, ${idOf("'run'")}, 'new_notifications', '{}', 'resolved')
      on conflict do nothing`,
    `insert into tidings.recipients (user_id, carried_ids)
      select ${idOf("'p' || p")}, array(
        select ${idOf("'u' || p || '.' || n")} from generate_series(1, 2) n
        where not (n = 1 and ${isDue}))
      from ${userNumbers} order by 1`,
    `insert into tidings.deliveries
        (id, batch_id, run_id, user_id, email_type, address, state, claimed_at, closed_at)
      select ${idOf("'d' || p")}, ${idOf("'batch'")}, ${idOf("'run'")}, ${idOf("'p' || p")},
        'new_notifications', 'p' || p || '@example.com', 'accepted', now() - interval '4 days',
        now() - interval '4 days' from ${userNumbers} order by 4`,
    `insert into tidings.attempts (delivery_id, number, email_id)
      select ${idOf("'d' || p")}, 1, ${idOf("'e' || p || '.1'")} from ${userNumbers}`,
    `insert into tidings.claims (notification_id, email_type, round, delivery_id)
      select ${idOf("'u' || p || '.' || n")}, 'new_notifications', 0, ${idOf("'d' || p")}
      from ${userNumbers}, generate_series(1, 2) n where not (n = 1 and ${isDue})`,
  ]
}

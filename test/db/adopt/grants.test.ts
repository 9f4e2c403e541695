import { readdir, readFile } from 'node:fs/promises'
import { getTableColumns, sql } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'
import { connect } from '../../../src/db/client/connect.ts'
import { grantStatements, hostRights, InvalidRoleError } from '../../../src/db/migrate/grants.ts'
import {
  notificationEmailsSent,
  notifications,
  userPrivacySettings,
  users,
} from '../../../src/db/schema.ts'
import { makeFolder, tidings } from '../../support/command.ts'
import { createDatabase } from '../../support/database.ts'
import { addUser } from '../../support/host.ts'

// Every other test shows that these rights suffice: their service connects with such a role.

const denied = { cause: { code: '42501' } }

test('grants prints the SQL without a database', async () => {
  const { code, stdout, stderr } = await tidings(['grants', '--role', 'tidings'], {
    cwd: await makeFolder(),
    env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere', HOST_SCHEMA: 'app' },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.trim().split('\n')).toEqual(grantStatements('tidings', 'app'))
  expect(stdout).toContain(
    'GRANT SELECT ("userid", "email", "username", "public_display_name", "created_at") ON "app"."users" TO "tidings";',
  )
  expect(stdout).not.toMatch(/GRANT SELECT ON "app"/)
})

test('LOCALE_COLUMN may be read if it is set', async () => {
  const { stdout } = await tidings(['grants', '--role', 'tidings'], {
    cwd: await makeFolder(),
    env: { LOCALE_COLUMN: 'speaks' },
  })
  expect(stdout).toMatch(/GRANT SELECT \([^)]*"speaks"\) ON "public"."users"/)
})

test('the role may delete attempts only if they are not kept forever', async () => {
  const { stdout } = await tidings(['grants', '--role', 'tidings'], {
    cwd: await makeFolder(),
    env: { RETENTION_DAYS: '365' },
  })
  const added = stdout
    .trim()
    .split('\n')
    .filter(line => !grantStatements('tidings', 'public').includes(line))
  expect(added).toEqual(['GRANT DELETE ON "public"."notification_emails_sent" TO "tidings";'])
})

test('the service may read the host’s tables, write one setting and attempts, and no more', async () => {
  const { db, url } = await createDatabase()
  const userId = await addUser(db, { emailsEnabled: true })
  const service = connect(url, { max: 1, ownSettings: true })
  const attempt = (statement: string) => service.db.execute(sql.raw(statement))
  try {
    await db.execute(sql`alter table users add column password_hash text`)
    const granted = hostRights().filter(({ right }) => right === 'SELECT')
    for (const { table, columns } of granted) {
      const { name, columns: all } = getTableConfig(table)
      expect(await attempt(`select ${columns.join(', ')} from ${name}`)).toBeDefined()
      for (const { name: column } of all.filter(each => !columns.includes(each.name))) {
        const reading = attempt(`select ${column} from ${name}`)
        await expect(reading, column).rejects.toMatchObject(denied)
      }
    }
    await expect(attempt('select password_hash from users')).rejects.toMatchObject(denied)
    await expect(attempt('select * from users')).rejects.toMatchObject(denied)
    for (const table of ['users', 'notifications', 'user_privacy_settings']) {
      await expect(attempt(`delete from ${table}`)).rejects.toMatchObject(denied)
      await expect(attempt(`truncate ${table}`)).rejects.toMatchObject(denied)
      await expect(attempt(`alter table ${table} add x int`)).rejects.toMatchObject(denied)
    }
    for (const statement of [
      'update users set email = null',
      'update notifications set is_read = true',
      'update user_privacy_settings set show_email = true',
      'update user_privacy_settings set user_id = gen_random_uuid()',
      'delete from notification_emails_sent',
      'update notification_emails_sent set notification_ids = null',
      `insert into users (userid, email, username) values (gen_random_uuid(), 'x', 'x')`,
      'create table public.mine (id int)',
      'create schema mine',
      'drop table tidings.claims',
      'delete from tidings.__drizzle_migrations',
      'update tidings.__drizzle_migrations set hash = null',
      `insert into tidings.__drizzle_migrations (hash, created_at) values ('x', 1)`,
    ]) {
      await expect(attempt(statement), statement).rejects.toMatchObject(denied)
    }
    expect(await attempt('select created_at from tidings.__drizzle_migrations')).not.toEqual([])
    await attempt(
      `update user_privacy_settings set notification_emails_enabled = false where user_id = '${userId}'`,
    )
  } finally {
    await service.close()
  }
})

test.each([
  ['quotes', 'a"b\'c'],
  ['a statement', 'x"; drop table users; --'],
  ['lines', 'x\n; drop table users;\n--'],
  ['capitals and spaces', 'Team Mail'],
  ['a keyword', 'current_user'],
])('a role whose name has %s gets the rights, without side effects', async (_what, name) => {
  const { db } = await createDatabase()
  const role = `${name}${Math.random().toString(36).slice(2, 8)}`
  const quoted = sql.identifier(role)
  await db.execute(sql`create role ${quoted}`)
  try {
    await db.execute(sql.raw(grantStatements(role, 'public').join('\n')))
    const [row] = await db.execute(sql`
      select has_column_privilege(${role}, 'users', 'email', 'select') as reads,
        has_any_column_privilege(${role}, 'users', 'update') as writes`)
    expect(row).toEqual({ reads: true, writes: false })
  } finally {
    await db.execute(sql`drop owned by ${quoted}`)
    await db.execute(sql`drop role ${quoted}`)
  }
})

test.each([
  ['every role', 'public'],
  ['no role', 'none'],
  ['no name', ''],
  ['a name that PostgreSQL truncates', 'x'.repeat(64)],
  ['NUL', 'a\0b'],
])('%s is not a valid role', (_what, name) => {
  expect(() => grantStatements(name, 'public')).toThrow(InvalidRoleError)
})

test('grants for every role are refused with an explanation', async () => {
  const { code, stdout, stderr } = await tidings(['grants', '--role', 'public'], {
    cwd: await makeFolder(),
  })
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
  expect(stderr).toBe('public is not a role name in PostgreSQL\n')
})

/** Whether a file of src/db names a column of the host: by Drizzle, or by its name in SQL. */
function namesColumn(text: string, table: string, property: string, column: string): boolean {
  return text.includes(`${table}.${property}`) || new RegExp(`\\b${column}\\b`).test(text)
}

test('only columns that queries name may be read', async () => {
  const folder = new URL('../../../src/db/', import.meta.url)
  const files = (await readdir(folder, { recursive: true })).filter(
    file => file.endsWith('.ts') && !/^(adopt|demo)\/|schema\.ts$|grants\.ts$/.test(file),
  )
  const texts = await Promise.all(files.map(file => readFile(new URL(file, folder), 'utf8')))
  const tables = { users, userPrivacySettings, notifications, notificationEmailsSent }
  for (const [name, table] of Object.entries(tables)) {
    const granted = hostRights().find(right => right.table === table && right.right === 'SELECT')
    const naming = texts.filter(text => text.includes(name))
    for (const [property, { name: column }] of Object.entries(getTableColumns(table))) {
      if (!granted?.columns.includes(column)) continue
      const isNamed = naming.some(text => namesColumn(text, name, property, column))
      expect({ table: name, column, isNamed }).toEqual({ table: name, column, isNamed: true })
    }
  }
})

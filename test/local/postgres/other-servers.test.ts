import { readFile } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { connect } from '../../../src/db/client/connect.ts'
import { applyMigrations } from '../../../src/db/migrate/migrate.ts'
import { searchByPrefix, searchUsers } from '../../../src/db/recipients/search-users.ts'
import { call } from '../../support/client.ts'
import { addHostUser, describeHost } from '../../support/foreign-host.ts'
import { ignoreCase, setHostileSettings } from '../../support/hostile-settings.ts'
import { findServers, startServer } from '../../support/other-server.ts'
import { startService } from '../../support/service.ts'

test.for(findServers())(
  'PostgreSQL $version: a migrated and an adopted database work, and the API answers',
  { timeout: 60_000 },
  async server => {
    const urlOf = await startServer(server)
    const admin = connect(urlOf('postgres'), { max: 1, ownSettings: true })
    await admin.db.execute('create database host')
    await admin.close()
    expect(await applyMigrations(urlOf('postgres'))).toBeGreaterThan(0)

    const url = urlOf('host')
    const { db, close } = connect(url, { max: 2, ownSettings: true })
    onTestFinished(close)
    const tables = new URL('../../../drizzle/0000_host_tables.sql', import.meta.url)
    await db.execute(sql.raw(await readFile(tables, 'utf8')))
    await ignoreCase(db)
    const fresh = await addHostUser(db, 'fresh', { unread: ['1 hour', '2 hours'] })
    const old = await addHostUser(db, 'old', { unread: ['169 hours'], mailed: '168.5 hours' })
    await addHostUser(db, 'carried', { unread: ['25 hours'], mailed: '24 hours' })
    const before = await describeHost(db)
    await setHostileSettings(db)

    expect(await adoptDatabaseTables(url)).toMatchObject({ adopted: true, done: { people: 2 } })
    expect(await describeHost(db)).toEqual(before)

    const service = await startService({
      database: { db, url },
      env: { DELIVER_ONLY: '@example.com' },
    })
    const run = await service.run()
    expect(run).toMatchObject({ status: 'completed', counts: { sent: 2, failed: 0 } })
    const emailed = service.mailbox.emails().flatMap(email => email.to)
    expect(emailed.sort()).toEqual([fresh.email, old.email])
    expect(await service.run()).toMatchObject({ counts: { sent: 0 } })

    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
    const stats = await call(service, `/v1/emails/stats?from=${day(-1)}&to=${day(1)}&by=hour`)
    expect(stats.status).toBe(200)
    const attempts = await call(service, `/v1/emails?runId=${run.id}&success=true`)
    expect(attempts.json.data).toHaveLength(2)
    const explained = await call(service, `/v1/users/${old.id}/explain`)
    expect(explained.status).toBe(200)
    // Before version 18, PostgreSQL refuses patterns and searches on such a collation.
    const { people } = await searchUsers(service.app.db, 'FRESH@', 5)
    expect(people.map(({ userId }) => userId)).toEqual([fresh.id])
    const byPrefix = await service.app.db.execute(searchByPrefix('FRESH', 5))
    expect(byPrefix).toMatchObject([{ userid: fresh.id }])
  },
)

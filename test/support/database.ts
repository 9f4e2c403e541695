import { randomUUID } from 'node:crypto'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { inject, onTestFinished } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import * as schema from '../../src/db/schema.ts'
import { TEMPLATE } from './template-database.ts'

export interface TestDatabase {
  /** The URL of the service's role, which has exactly the rights of `tidings grants`. */
  url: string
  ownerUrl: string
  /** The owner's connection, to act as the host and to read results. */
  db: Database
}

/**
 * Creates a migrated database, dropped when the test ends. With another template than the migrated one, the
 * service connects as the owner.
 */
export async function createDatabase({
  template = TEMPLATE,
  encoding = 'UTF8',
} = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = adminConnection()
  const locale = encoding === 'UTF8' ? admin`` : admin`encoding ${admin(encoding)} locale 'C'`
  await admin`
    create database ${admin(name)} template ${admin(template)} strategy file_copy ${locale}`
  const url = new URL(inject('adminUrl'))
  url.pathname = `/${name}`
  const client = postgres(url.href, { max: 4, onnotice: () => {} })
  const db = drizzle(client, { schema })
  const serviceUrl = new URL(url)
  if (template === TEMPLATE) {
    const role = inject('serviceRole')
    serviceUrl.username = role.name
    serviceUrl.password = role.password
  }
  onTestFinished(async () => {
    await client.end({ timeout: 5 })
    await admin`drop database if exists ${admin(name)} with (force)`
  })
  return { url: serviceUrl.href, ownerUrl: url.href, db }
}

/** Shared by the files that a worker runs; an idle one keeps nobody waiting at the end. */
let sharedAdmin: postgres.Sql | undefined
function adminConnection(): postgres.Sql {
  sharedAdmin ??= postgres(inject('adminUrl'), { max: 1, idle_timeout: 5, onnotice: () => {} })
  return sharedAdmin
}

import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { grantStatements } from '../../src/db/migrate/grants.ts'
import { applyMigrations } from '../../src/db/migrate/migrate.ts'
import { startCluster } from '../../src/local/postgres/start-cluster.ts'
import { installQueue } from '../../src/queue/install-queue.ts'
import { findFastDirectory } from './fast-directory.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A role that may create databases. */
    adminUrl: string
    /** The service's role, which has exactly the rights of `tidings grants`. */
    serviceRole: { name: string; password: string }
  }
}

/** The database that each test's database is cloned from. */
export const TEMPLATE = 'tidings_template'

/**
 * Starts one PostgreSQL for the whole test run, with a migrated database that tests clone: cloning takes
 * 30 ms, migrating takes a second. Also compiles the command line.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ['launcher/build.js'], { stdio: 'inherit' })
  const directory = await mkdtemp(join(await findFastDirectory(), 'tidings-test-'))
  await chmod(directory, 0o755)
  const cluster = await startCluster({
    directory: join(directory, 'postgres'),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
    },
  })
  const stop = async () => {
    await cluster.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const admin = postgres(cluster.url('postgres'), { max: 1, onnotice: () => {} })
    await admin`create database ${admin(TEMPLATE)}`
    await applyMigrations(cluster.url(TEMPLATE))
    await installQueue(cluster.url(TEMPLATE))
    const serviceRole = { name: 'tidings_service', password: randomUUID() }
    const owner = postgres(cluster.url(TEMPLATE), { max: 1 })
    await owner.unsafe(`create role ${serviceRole.name} login password '${serviceRole.password}'`)
    await owner.unsafe(grantStatements(serviceRole.name, 'public').join('\n'))
    await owner.end()
    await admin`alter database ${admin(TEMPLATE)} allow_connections false`
    await admin.end()
    project.provide('adminUrl', cluster.url('postgres'))
    project.provide('serviceRole', serviceRole)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

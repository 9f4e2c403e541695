import { sql } from 'drizzle-orm'
import { expect, vi } from 'vitest'
import type { Timing } from '../../src/config/timing.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { openNode } from './faulty-connection.ts'
import { openProvider, type Provider } from './service.ts'
import type { ServiceNode } from './service-node.ts'

export interface NodeOptions {
  /** Requests a second. */
  rate?: number
  timing?: Partial<Timing>
}

export interface Nodes {
  database: TestDatabase
  db: Database
  provider: Provider
  openApi(options?: NodeOptions): Promise<ServiceNode>
  openWorker(options?: NodeOptions): Promise<ServiceNode>
}

/** Creates a database and a provider, and opens service processes of a given role on them. */
export async function openNodes(): Promise<Nodes> {
  const database = await createDatabase()
  const provider = await openProvider()
  const open = (role: string, { rate = 1000, timing = {} }: NodeOptions = {}) =>
    openNode(database.url, provider.baseUrl, {
      ROLE: role,
      RATE_LIMIT: String(rate),
      TIMING: JSON.stringify(timing),
    })
  return {
    database,
    db: database.db,
    provider,
    openApi: options => open('api', options),
    openWorker: options => open('worker', options),
  }
}

/** The rescuer does not run and no lease ends within a test. */
export const noRescue: Partial<Timing> = {
  rescueEvery: 600_000,
  stalledAfter: 600_000,
  lease: 600_000,
}

/** Waits until a worker has started; it creates the schedule last. */
export async function untilWorking(db: Database): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = await db.execute(sql`select from pgboss.schedule where name = 'housekeeping'`)
      expect(rows).toHaveLength(1)
    },
    { timeout: 20_000, interval: 20 },
  )
}

/** Waits until this many emails were accepted. */
export async function untilAccepted({ mailbox }: Provider, emails: number): Promise<void> {
  await vi.waitFor(() => expect(mailbox.count).toBeGreaterThanOrEqual(emails), {
    timeout: 30_000,
    interval: 5,
  })
}

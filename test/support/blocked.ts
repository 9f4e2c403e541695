import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { onTestFinished, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'

const LOCK = 77
const HOLDER = 'holder'

export interface Blocker {
  /** A separate session, for example to hold row locks. */
  sql: postgres.Sql
  /** Blocks at a trigger: the `create trigger` statement without its name and function. */
  blockAt(trigger: string): Promise<void>
  /** Releases all locks. */
  release(): Promise<void>
}

/** Blocks the service at chosen points with locks and triggers in the test's database. */
export async function openBlocker(url: string): Promise<Blocker> {
  const holder = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: HOLDER },
  })
  onTestFinished(() => holder.end({ timeout: 0 }))
  await holder.unsafe(`
    select pg_advisory_lock(${LOCK});
    create function wait_here() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(${LOCK});
      return new;
    end $$`)
  return {
    sql: holder,
    async blockAt(trigger) {
      const [kind, rest] = trigger.startsWith('constraint ')
        ? ['constraint trigger', trigger.slice('constraint '.length)]
        : ['trigger', trigger]
      await holder.unsafe(`create ${kind} wait_here ${rest} execute function wait_here()`)
    },
    async release() {
      await holder.unsafe(`rollback; select pg_advisory_unlock_all()`)
    },
  }
}

/**
 * Waits for backends that the holder blocks in a matching statement. Ignores other lock waits: two writers
 * of a table sometimes wait for each other, for example to extend it.
 */
export function blockedBackends(db: Database, statement: string): Promise<number[]> {
  return vi.waitFor(
    async () => {
      const rows = await db.execute<{ pid: number }>(sql`
        select waiting.pid from pg_stat_activity waiting, pg_stat_activity holder
        where waiting.datname = current_database() and waiting.wait_event_type = 'Lock'
          and waiting.query ~* ${statement}
          and holder.datname = current_database() and holder.application_name = ${HOLDER}
          and holder.pid = any(pg_blocking_pids(waiting.pid))`)
      if (rows.length === 0) throw new Error(`no backend waits in a statement like ${statement}`)
      return rows.map(row => row.pid)
    },
    { timeout: 25_000, interval: 20 },
  )
}

/** Waits until these backends have noticed that their client died. */
export async function untilGone(db: Database, pids: number[]): Promise<void> {
  const ids = sql.param(pids)
  await vi.waitFor(
    async () => {
      const rows = await db.execute(
        sql`select from pg_stat_activity where pid = any(${ids}::int[])`,
      )
      if (rows.length > 0) throw new Error('the backends of the dead process still exist')
    },
    { timeout: 25_000, interval: 20 },
  )
}

/** Terminates the backends, as an operator or a server shutdown would. */
export async function terminate(db: Database, pids: number[]): Promise<void> {
  await db.execute(sql`
    select pg_terminate_backend(pid) from unnest(${sql.param(pids)}::int[]) as pid`)
}

/** Ends all leases, so that a test does not wait for that of a dead process. */
export async function endLeases(db: Database): Promise<void> {
  await db.execute(sql`
    update tidings.batches set leased_until = now(), next_attempt_at = least(next_attempt_at, now())
    where state <> 'resolved'`)
}

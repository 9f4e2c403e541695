import { type SQL, sql } from 'drizzle-orm'
import type {
  PreferenceChanges,
  PreferenceSource,
  Preferences,
} from '../../core/recipients/preferences.ts'
import { insertChange } from '../changes/record-change.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { preferences, users } from '../schema.ts'
import { readPreferences } from './read-preferences.ts'

/**
 * Changes the named preferences of a user and resolves to what holds then; null if there is no such
 * user. A claim already being written goes on; later claims see the change.
 */
export function changePreferences(
  db: Database,
  userId: string,
  { pausedUntil }: PreferenceChanges,
  by: PreferenceSource,
): Promise<Preferences | null> {
  return inTransaction(db, async tx => {
    if (pausedUntil !== undefined) await changePause(tx, userId, pausedUntil, by)
    return readPreferences(tx, userId)
  })
}

async function changePause(
  tx: Transaction,
  userId: string,
  to: Date | null,
  by: PreferenceSource,
): Promise<void> {
  await tx.execute(sql`
    insert into ${preferences} (user_id, updated_by)
    select userid, ${by} from ${users} where userid = ${userId} and ${to !== null}
    on conflict do nothing`)
  // The lock keeps other changes waiting, so each reports what it has changed.
  const [row] = await tx.execute<{ paused_until: string | null }>(sql`
    select to_jsonb(case when paused_until > now() then paused_until end) #>> '{}' as paused_until
    from ${preferences} where user_id = ${userId} for update`)
  if (!row) return
  const from = row.paused_until === null ? null : new Date(row.paused_until)
  if (from?.getTime() === to?.getTime()) return
  await tx.execute(sql`
    update ${preferences} set paused_until = ${toInstant(to)}, updated_at = now(), updated_by = ${by}
    where user_id = ${userId}`)
  const pauseOf = (date: Date | null) =>
    sql`jsonb_build_object('pausedUntil', ${isoOf(date)}::text)`
  const detail = sql`jsonb_build_object('from', ${pauseOf(from)}, 'to', ${pauseOf(to)})`
  const userIds = sql`array[${userId}::uuid]`
  await tx.execute(
    insertChange({ type: 'preference.changed', by, userIds, detail }, sql`(select 1) one`),
  )
}

const isoOf = (date: Date | null) => date?.toISOString() ?? null

const toInstant = (date: Date | null): SQL => sql`${isoOf(date)}::timestamptz`

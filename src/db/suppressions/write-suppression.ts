import { sql } from 'drizzle-orm'
import type { SuppressionSource } from '../../core/recipients/suppression.ts'
import { insertChange } from '../changes/record-change.ts'
import type { Transaction } from '../client/connect.ts'
import { isSuppressed } from '../rules/conditions.ts'
import { suppressions } from '../schema.ts'
import { spellingsOf } from './suppression-row.ts'

export interface NewSuppression {
  reason: string
  source: SuppressionSource
  by?: string | null | undefined
  note?: string | null | undefined
  /** When the reported event happened: a lift since then stands. Absent: now. */
  happenedAt?: Date
  /** Whose email the event is about. */
  userId?: string
}

/**
 * Suppresses an address in every spelling. One that is suppressed already keeps its reason, except
 * that a complaint replaces any other, and it applies even if it is older than the last lift.
 */
export async function writeSuppression(
  tx: Transaction,
  address: string,
  { reason, source, by = null, note = null, happenedAt, userId }: NewSuppression,
): Promise<void> {
  const at = happenedAt ? sql`${happenedAt.toISOString()}::timestamptz` : sql`'infinity'`
  const isComplaint = sql`${reason}::text = 'complained'`
  const detail = sql`jsonb_build_object('address', lower(${address}),
    'reason', split_part(${reason}::text, ':', 1))`
  const userIds = userId ? sql`array[${userId}::uuid]` : sql`null::uuid[]`
  const change = { type: 'address.suppressed', by: source, userIds, detail } as const
  await tx.execute(sql`
    with written as (
    insert into ${suppressions} as b (address, reason, source, suppressed_by, note, since)
    select s.address, ${reason}, ${source}, ${by}, ${note}, clock_timestamp()
    from ${spellingsOf(address)} s order by s.address
    on conflict (address) do update
    set reason = excluded.reason, source = excluded.source,
      suppressed_by = excluded.suppressed_by, note = coalesce(excluded.note, b.note),
      since = case when ${isSuppressed} then b.since
        else greatest(excluded.since, b.lifted_at + interval '1 microsecond') end
    where case when ${isSuppressed} then ${isComplaint} and b.reason <> 'complained'
      else ${isComplaint} or b.lifted_at < ${at} end
    returning b.address
    ) ${insertChange(change, sql`written`)}`)
}

import { type SQL, sql } from 'drizzle-orm'
import { addressSpellings } from '../../core/email-address.ts'
import type { Suppression, SuppressionSource } from '../../core/recipients/suppression.ts'
import { isSuppressed } from '../rules/conditions.ts'

/** Times are ISO 8601 with microseconds. */
export interface SuppressionRow extends Record<string, unknown> {
  address: string
  active: boolean
  reason: string
  source: SuppressionSource
  suppressed_by: string | null
  note: string | null
  since: string
  lifted_at: string | null
  lifted_source: SuppressionSource | null
  lifted_by: string | null
}

/** The columns of `b` (suppressions), in a session in UTC. */
export const suppressionColumns = sql`b.address, ${isSuppressed} as active, b.reason, b.source,
  b.suppressed_by, b.note, to_jsonb(b.since) #>> '{}' as since,
  to_jsonb(b.lifted_at) #>> '{}' as lifted_at, b.lifted_source, b.lifted_by`

/** The addresses, in lower case as the rules compare them, under which an address may be stored. */
export function spellingsOf(address: string): SQL {
  return sql`(select distinct lower(s) as address from unnest(${sql.param(addressSpellings(address))}::text[]) s)`
}

export function toSuppression(row: SuppressionRow): Suppression {
  const { address, active, reason, source, note } = row
  return {
    ...{ address, active, reason, source, by: row.suppressed_by, note },
    since: new Date(row.since),
    lifted:
      row.lifted_at === null || row.lifted_source === null
        ? null
        : { at: new Date(row.lifted_at), source: row.lifted_source, by: row.lifted_by },
  }
}

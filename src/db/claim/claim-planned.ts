import type { ClaimedBatch, Claims } from '../../core/claim/claims.ts'
import type { Skipped } from '../../core/runs/run.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Transaction } from '../client/connect.ts'
import { evaluateUsers } from './evaluate-users.ts'
import type { LockedBatch } from './lock-batch.ts'
import { lockUsers } from './lock-users.ts'
import { readContents } from './read-contents.ts'
import { writeClaim } from './write-claim.ts'

export interface ClaimOptions {
  rules: Rules
  /** For how long nobody else may send this batch; longer than a request can take. */
  leaseMs: number
  /** The column of `users` that has a person's locale; absent: the host has none. */
  localeColumn?: string | undefined
  /** DELIVER_TO: requests that were stored for other addresses wait. */
  deliverTo?: string | undefined
}

/** First attempt: decides who is due now, and writes everything that their emails are to leave. */
export async function claimPlanned(
  tx: Transaction,
  batch: LockedBatch,
  freeze: Parameters<Claims['claim']>[1],
  { rules, leaseMs, localeColumn }: ClaimOptions,
): Promise<ClaimedBatch | null> {
  await lockUsers(tx, batch.userIds)
  const { due, skipped } = await evaluateUsers(tx, batch, rules)
  const people = await readContents(tx, batch.emailType, due, rules, localeColumn)
  const gone = due.length - people.length
  if (gone > 0) countDeleted(skipped, batch.emailType, gone)

  const { deliveries, body } = await freeze(batch.emailType, people)
  const judged = new Map(due.map(person => [person.userId, person]))
  await writeClaim(tx, batch, deliveries, judged, { body, skipped, leaseMs })
  if (!body) return null
  return {
    id: batch.id,
    runId: batch.runId,
    emailType: batch.emailType,
    attempt: 1,
    size: deliveries.filter(delivery => delivery.position !== null).length,
    body,
  }
}

/** Whoever read everything between the verdict's snapshot and the contents' a moment later. */
function countDeleted(skipped: Skipped, emailType: string, people: number): void {
  const reason = emailType === 'new_notifications' ? 'nothing_new' : 'nothing_outstanding'
  skipped[reason] = (skipped[reason] ?? 0) + people
}

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
  /** How long no other worker may send this batch; longer than a request can take. */
  leaseMs: number
  /** The column of `users` that holds a user's locale; absent: the host has none. */
  localeColumn?: string | undefined
  /** DELIVER_TO: requests that were stored for other addresses wait. */
  deliverTo?: string | undefined
}

/** First attempt: decides who is due now and writes all records of their emails. */
export async function claimPlanned(
  tx: Transaction,
  batch: LockedBatch,
  buildRequest: Parameters<Claims['claim']>[1],
  { rules, leaseMs, localeColumn }: ClaimOptions,
): Promise<ClaimedBatch | null> {
  await lockUsers(tx, batch.userIds)
  const { due, skipped } = await evaluateUsers(tx, batch, rules)
  const contents = await readContents(tx, batch.emailType, due, rules, localeColumn)
  const readSince = due.length - contents.length
  if (readSince > 0) countReadSince(skipped, batch.emailType, readSince)

  const { deliveries, body } = await buildRequest(batch.emailType, contents)
  const dueById = new Map(due.map(user => [user.userId, user]))
  await writeClaim(tx, batch, deliveries, dueById, { body, skipped, leaseMs })
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

/** Counts users who read everything between the evaluation and the reading of the contents. */
function countReadSince(skipped: Skipped, emailType: string, count: number): void {
  const reason = emailType === 'new_notifications' ? 'nothing_new' : 'nothing_outstanding'
  skipped[reason] = (skipped[reason] ?? 0) + count
}

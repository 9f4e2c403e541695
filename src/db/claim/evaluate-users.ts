import { sql } from 'drizzle-orm'
import type { Skipped } from '../../core/runs/run.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { evaluateRules, type VerdictRow } from '../rules/verdicts.ts'
import { deliveries } from '../schema.ts'
import type { LockedBatch } from './lock-batch.ts'

export interface EvaluatedUser {
  userId: string
  address: string
  name: string
  /** For a reminder, which one it is for the user, from 1; 0 for new notifications. */
  round: number
}

/** Which users of a planned batch are due now, and why the others are not. */
export async function evaluateUsers(
  tx: Transaction,
  batch: LockedBatch,
  rules: Rules,
): Promise<{ due: EvaluatedUser[]; skipped: Skipped }> {
  const candidates = sql`select unnest(${sql.param(batch.userIds)}::uuid[]) as user_id`
  // One lookup per user, whatever the statistics say. They know nothing of a run that has just
  // begun, and an EXISTS with the run's id read all deliveries of the run so far for each batch.
  const rows = await tx.execute<VerdictRow & { in_run: boolean }>(preparedSql`
    select v.*, coalesce((
      select true from ${deliveries} d
      where d.run_id = (select ${batch.runId}::uuid) and d.user_id = v.user_id
        and d.state not in ('rejected', 'released')
      limit 1
    ), false) as in_run
    from (${evaluateRules(candidates, rules)}) v order by v.user_id`)

  const isReminder = batch.emailType === 'outstanding_reminder'
  const due: EvaluatedUser[] = []
  const skipped: Skipped = {}
  for (const row of rows) {
    const rule = isReminder ? row.reminder_verdict : row.new_verdict
    const verdict = rule === 'due' && row.in_run ? 'mailed_in_run' : rule
    if (verdict !== 'due') {
      skipped[verdict] = (skipped[verdict] ?? 0) + 1
      continue
    }
    due.push({
      userId: row.user_id,
      address: row.address,
      name: row.name,
      round: isReminder ? row.reminder_round + 1 : 0,
    })
  }
  return { due, skipped }
}

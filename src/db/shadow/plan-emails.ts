import { sql } from 'drizzle-orm'
import type { EmailType } from '../../core/email-type.ts'
import type { PagePlan } from '../../core/scan/plan-page.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Transaction } from '../client/connect.ts'
import { covers, isUnread, type Shadow } from '../rules/conditions.ts'
import { notifications, recipients, shadowEmails } from '../schema.ts'
import { findShadow } from './find-shadow.ts'

/**
 * Lets one shadow run plan at a time, until the transaction ends: what another has planned counts
 * as sent from then on, as claims do in real runs. Resolves to the shadow period for the rules.
 */
export async function lockShadowPlanning(tx: Transaction): Promise<NonNullable<Shadow>> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tidings: shadow run'))`)
  // The current run is a shadow run itself, unless a real one was started since.
  return (await findShadow(tx)) ?? { since: sql`now()` }
}

/** Writes the emails that due users of a page would have got; costs as much as a claim's reads. */
export async function planShadowEmails(
  tx: Transaction,
  runId: string,
  { batches, remainder }: Pick<PagePlan, 'batches' | 'remainder'>,
  rules: Rules,
  shadow: NonNullable<Shadow>,
): Promise<void> {
  const planned = [
    ...batches,
    ...Object.entries(remainder).map(([type, userIds]) => ({
      emailType: type as EmailType,
      userIds,
    })),
  ]
  for (const [emailType, some] of Map.groupBy(planned, of => of.emailType)) {
    const userIds = some.flatMap(of => of.userIds)
    if (userIds.length === 0) continue
    await tx.execute(sql`
      insert into ${shadowEmails} (run_id, user_id, email_type, notification_ids)
      select ${runId}::uuid, p.user_id, ${emailType}, carried.ids
      from unnest(${sql.param(userIds)}::uuid[]) as p(user_id)
      left join ${recipients} r on r.user_id = p.user_id
      cross join lateral (
        select array_agg(n.id order by n.created_at desc, n.id desc) as ids
        from ${notifications} n
        where n.user_id = p.user_id and ${isUnread} and ${covers(emailType, rules, shadow)}
      ) carried
      where carried.ids is not null
      on conflict do nothing`)
  }
}

import { sql } from 'drizzle-orm'
import type { DeliveryEvent } from '../../core/events/delivery-event.ts'
import { PROGRESS } from '../../core/events/progress.ts'
import { insertChange, ofEmails } from '../changes/record-change.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction, preferIndexScans } from '../client/in-transaction.ts'
import { setEmailsEnabled } from '../recipients/set-emails-enabled.ts'
import type { Jobs } from '../runs/jobs.ts'
import { finishRunIfDone } from '../scan/finish-run.ts'
import { attempts, deliveries, events } from '../schema.ts'
import { writeSuppression } from '../suppressions/write-suppression.ts'
import { acceptByEvent } from './accept-by-event.ts'
import { findDelivery, type ReportedDelivery } from './find-delivery.ts'
import { updateRest } from './update-rest.ts'

/** Implements `DeliveryEvents.record`. */
export async function recordEvent(db: Database, jobs: Jobs, event: DeliveryEvent): Promise<void> {
  const record = async (tx: Transaction) => {
    const delivery = await findDelivery(tx, event)
    if (!(await storeEvent(tx, event, delivery)) || !delivery) return null
    const isUndecided = delivery.state === 'claimed' || delivery.state === 'unknown'
    const isProved = event.provesAcceptance && isUndecided
    if (isProved) await acceptByEvent(tx, delivery, event.providerId)
    await updateRest(tx, delivery, event)
    await advance(tx, delivery.id, event)
    await suppress(tx, delivery, event)
    await recordProgress(tx, delivery, event)
    // What became of a redirected email says nothing about the user.
    if (event.optsOut && delivery.sentTo === null)
      await setEmailsEnabled(tx, delivery.userId, false, 'complaint')
    return isProved ? delivery : null
  }
  const accepted = await inTransaction(db, record, undefined, preferIndexScans)
  // If this fails, the event stays recorded and the rescuer finishes the run.
  if (accepted) await finishRunIfDone(db, jobs, accepted.runId)
}

/** False if it was stored before. Of two copies at once, one waits for the other's commit. */
async function storeEvent(
  tx: Transaction,
  event: DeliveryEvent,
  delivery: ReportedDelivery | undefined,
): Promise<boolean> {
  const { id, providerId, type, happenedAt } = event
  // The provider's text may name a user. Without a delivery no erasure would find it, and after an
  // erasure it must not return.
  const detail = delivery && delivery.address !== '' ? event.detail : null
  const stored = await tx
    .insert(events)
    .values({ id, deliveryId: delivery?.id ?? null, providerId, type, happenedAt, detail })
    .onConflictDoNothing()
    .returning({ id: events.id })
  return stored.length > 0
}

/**
 * Moves a delivery's progress forward, never back. PostgreSQL compares with the row once it has the
 * lock, so two events at once end like one after the other. `failed` counts only if the event has
 * our email's id: another email's failure must not override the delivery.
 */
async function advance(tx: Transaction, deliveryId: string, event: DeliveryEvent): Promise<void> {
  const { progress, providerId } = event
  if (!progress) return
  const at = sql`${event.happenedAt.toISOString()}::timestamptz`
  const ranks = sql`array[${sql.join(
    PROGRESS.map(name => sql`${name}`),
    sql`, `,
  )}]::text[]`
  await tx.execute(sql`
    update ${deliveries} set progress = ${progress}, progress_at = ${at}
    where id = ${deliveryId}
      and (coalesce(array_position(${ranks}, progress), 0), coalesce(progress_at, '-infinity'))
        < (array_position(${ranks}, ${progress}::text), ${at})
      and (${progress}::text <> 'failed' or coalesce(provider_id, ${providerId}) = ${providerId})`)
}

/** Records a bounce or a complaint with its kind, which the provider names. */
async function recordProgress(
  tx: Transaction,
  { id }: ReportedDelivery,
  { progress, suppresses, isTransientBounce }: DeliveryEvent,
): Promise<void> {
  if (progress !== 'bounced' && progress !== 'complained') return
  const kind = isTransientBounce ? 'transient' : suppresses ? 'permanent' : 'undetermined'
  const reported = sql`(
    select user_id, run_id, (
      select a.email_id from ${attempts} a where a.delivery_id = d.id
      order by a.number desc limit 1) as email_id
    from ${deliveries} d where d.id = ${id}) reported`
  const detail = progress === 'bounced' ? sql`jsonb_build_object('kind', ${kind}::text)` : undefined
  const change = { type: `email.${progress}`, ...ofEmails, ...(detail && { detail }) } as const
  await tx.execute(insertChange(change, reported))
}

/** Suppresses the address the email went to; the event may spell it differently. Empty: erased. */
async function suppress(
  tx: Transaction,
  { address, sentTo, userId }: ReportedDelivery,
  { suppresses: reason, happenedAt }: DeliveryEvent,
): Promise<void> {
  const suppressed = sentTo ?? address
  if (!reason || address === '') return
  await writeSuppression(tx, suppressed, {
    ...{ reason, source: 'event', happenedAt },
    ...(sentTo === null && { userId }),
  })
}

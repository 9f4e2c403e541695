import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { DeliveryEvent } from '../../src/core/events/delivery-event.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { recordEvent } from '../../src/db/events/record-event.ts'
import type { Jobs } from '../../src/db/runs/jobs.ts'
import { deliveries } from '../../src/db/schema.ts'
import { readEvent } from '../../src/resend/read-event.ts'
import { addDueUsers } from './host.ts'
import { type EventFields, providerEvent } from './provider-event.ts'
import { accepted, claimNow, createJobs, record } from './service-parts.ts'

export interface EventOptions extends EventFields {
  /** The `svix-id` header. */
  id?: string
  jobs?: Jobs
}

/** Creates an event as the webhook route parses it. */
function eventOf(type: string, { id = randomUUID(), ...fields }: EventOptions = {}): DeliveryEvent {
  const event = readEvent(id, providerEvent(type, fields))
  if (!event) throw new Error(`cannot parse the event ${type}`)
  return event
}

/**
 * Records an event without HTTP. An event with a delivery's tag gets the recipient's address, as the
 * provider's events have it.
 */
export async function receiveEvent(
  db: Database,
  type: string,
  { jobs, ...fields }: EventOptions = {},
) {
  const { delivery_id: id } = (fields.tags ?? {}) as { delivery_id?: string }
  const isId = /^[\da-f-]{36}$/i.test(id ?? '')
  const [tagged] = isId
    ? await db
        .select()
        .from(deliveries)
        .where(eq(deliveries.id, id ?? ''))
    : []
  const data = { ...(tagged && { to: [tagged.address] }), ...fields.data }
  await recordEvent(db, jobs ?? createJobs().jobs, eventOf(type, { ...fields, data }))
}

export async function deliveryOf(db: Database, userId: string) {
  const [delivery] = await db.select().from(deliveries).where(eq(deliveries.userId, userId))
  if (!delivery) throw new Error(`no delivery to ${userId}`)
  return delivery
}

/** Creates a user whose email was accepted. */
export async function acceptedEmail(db: Database) {
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  await record(db, batch, accepted(batch))
  const { id, providerId, address } = await deliveryOf(db, userId)
  return { userId, deliveryId: id, emailId: providerId ?? '', address }
}

import { sql } from 'drizzle-orm'
import type { AttemptDetail } from '../../core/audit/audit.ts'
import { emailsOf } from '../../core/claim/body.ts'
import type { Transaction } from '../client/connect.ts'
import { storedRequest } from '../rules/stored-request.ts'
import { batches, deliveries } from '../schema.ts'

/** An email exactly as its request holds it; null if the request is gone or never held it. */
export async function readContent(
  tx: Transaction,
  deliveryId: string,
): Promise<AttemptDetail['content']> {
  const [kept] = await tx
    .select({ body: storedRequest, position: deliveries.position })
    .from(deliveries)
    .innerJoin(batches, sql`${batches.id} = ${deliveries.batchId}`)
    .where(sql`${deliveries.id} = ${deliveryId}::uuid`)
  if (!kept?.body || kept.position === null) return null
  const emails = emailsOf(kept.body) as (Partial<Email> | null)[]
  const { subject, html, text } = emails[kept.position] ?? {}
  if (subject === undefined || html === undefined || text === undefined) return null
  return { subject, html, text }
}

interface Email {
  subject: string
  html: string
  text: string
}

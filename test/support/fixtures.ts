import { randomUUID } from 'node:crypto'
import { events, suppressions } from '../../src/db/schema.ts'
import { addNotification, addUser, readAttempts } from './host.ts'
import { type Service, startService } from './service.ts'

/** A hostile text of a user. */
export const hostile = '<img src=x onerror="alert(1)">&amp;</td><script>alert(2)</script>'
export const endless = 'W'.repeat(300)

export interface Fixtures extends Service {
  /** A user whose email was accepted and then bounced. */
  bounced: string
  /** A user whose email was refused with a hostile message. */
  refused: string
  /** A user with a very long name. */
  long: string
  /** The ids of the attempts. */
  emails: { bounced: string; refused: string }
  runId: string
  /** The run of the refused email. */
  refusedRunId: string
}

/** Starts a service with data of every kind, most of it with hostile texts. */
export async function startWithFixtures(): Promise<Fixtures> {
  const service = await startService({ env: { APP_NAME: 'A <b>host</b>' } })
  const { db, mailbox } = service
  const bounced = await addUser(db, { name: hostile, email: 'bounced@example.com' })
  const refused = await addUser(db, { email: 'refused@example.com', emailsEnabled: true })
  const long = await addUser(db, { name: endless, email: `${'w'.repeat(60)}@example.com` })
  for (const userId of [bounced, refused, long]) {
    await addNotification(db, userId, { title: hostile, message: `${hostile} ${endless}` })
  }
  const message = `${hostile} ${endless}`
  mailbox.setFault({ kind: 'status', status: 422, name: 'validation_error', message })
  const { id: refusedRunId } = await service.run({ userIds: [refused] })
  mailbox.setFault(null)
  const run = await service.run({ userIds: [bounced, long] })
  await service.run({ dryRun: true })
  await db.insert(suppressions).values({ address: 'bounced@example.com', reason: hostile })
  const emails = {
    bounced: (await readAttempts(db, bounced))[0]?.id ?? '',
    refused: (await readAttempts(db, refused))[0]?.id ?? '',
  }
  await db.execute(`update tidings.deliveries set progress = 'bounced', progress_at = now()
    where user_id = '${bounced}'`)
  const [delivery] = await db.execute<{ id: string }>(
    `select id from tidings.deliveries where user_id = '${bounced}'`,
  )
  await db.insert(events).values({
    id: randomUUID(),
    deliveryId: delivery?.id ?? null,
    providerId: 'p-1',
    type: 'email.bounced',
    happenedAt: new Date(),
    detail: { type: 'Permanent', message: hostile },
  })
  return { ...service, bounced, refused, long, emails, runId: run.id, refusedRunId }
}

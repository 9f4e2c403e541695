import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { unpackBody } from '../../src/core/claim/body.ts'
import { createBatchRequestBuilder } from '../../src/core/claim/build-batch-request.ts'
import type { ClaimedBatch, Guard } from '../../src/core/claim/claims.ts'
import type { EmailType } from '../../src/core/email-type.ts'
import type { Outcome } from '../../src/core/record/read-answer.ts'
import type { Renderer } from '../../src/core/render/digest.ts'
import { HtmlChunks } from '../../src/core/render/html-chunks.ts'
import type { RunType } from '../../src/core/runs/run.ts'
import { nothingScanned } from '../../src/core/scan/plan-page.ts'
import type { Rules } from '../../src/core/scan/rules.ts'
import { claimBatch } from '../../src/db/claim/claim-batch.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { recordOutcome } from '../../src/db/record/record-outcome.ts'
import type { Jobs } from '../../src/db/runs/jobs.ts'
import { batches, claims, deliveries, notificationEmailsSent, runs } from '../../src/db/schema.ts'

export const rules: Rules = { newMaxAgeDays: 30, outstandingAfterDays: 3, reminderCooldownDays: 7 }

/** A queue that only records its jobs. */
export function createJobs() {
  const scanned: string[] = []
  const delivered: string[] = []
  const delayed: { type: RunType; at: Date }[] = []
  const jobs: Jobs = {
    scan: async (_tx, runId) => void scanned.push(runId),
    startLater: async (_tx, type, at) => void delayed.push({ type, at }),
    deliver: async (_tx, jobs) => {
      delivered.push(...jobs.map(job => job.batchId))
      return jobs.length
    },
  }
  return { jobs, scanned, delivered, delayed }
}

/** Renders the recipient's name and the notifications; fails for a user named `broken`. */
const renderer: Renderer = {
  render({ recipientName, items, total }) {
    if (recipientName === 'broken') throw new Error('no such template')
    const text = `${total} in all: ${items.map(({ id, title }) => `${title} (${id})`).join(', ')}`
    return { subject: `For ${recipientName}`, html: new HtmlChunks([`<p>${text}</p>`]), text }
  },
}

const buildBatchRequest = createBatchRequestBuilder()
const sender = {
  from: 'Tidings <tidings@example.com>',
  feedbackSender: 'example.com',
  appName: 'Tidings',
  appUrl: 'https://example.com',
  links: {},
  brand: {},
  defaultLocale: 'en',
  unsubscribeUrl: (userId: string) => `https://example.com/unsubscribe/${userId}`,
  preferencesUrl: (userId: string) => `https://example.com/preferences/${userId}`,
}

const build: Parameters<typeof claimBatch>[2] = (emailType, recipients) =>
  buildBatchRequest(renderer, sender, emailType, recipients)

/** Adds a run whose scan has ended. Resolves to its id. */
export async function addRun(
  db: Database,
  fields: Partial<typeof runs.$inferInsert> = {},
): Promise<string> {
  const id = randomUUID()
  await db.insert(runs).values({
    id,
    type: 'all',
    trigger: 'http',
    // Runs for named users may run concurrently.
    userIds: [],
    status: 'running',
    scanDone: true,
    scanCounts: nothingScanned(),
    ...fields,
  })
  return id
}

/** Adds a batch as the scan would. Resolves to its id. */
export async function planBatch(
  db: Database,
  userIds: string[],
  {
    emailType = 'new_notifications',
    runId,
  }: { emailType?: EmailType; runId?: string | undefined } = {},
): Promise<string> {
  const id = randomUUID()
  await db
    .insert(batches)
    .values({ id, runId: runId ?? (await addRun(db)), emailType, userIds: [...userIds] })
  return id
}

/** Claims a batch, by default without a delivery guard. */
export const claim = (
  db: Database,
  batchId: string,
  { leaseMs = 40_000, deliverOnly, deliverTo }: { leaseMs?: number } & Guard = {},
) => claimBatch(db, batchId, build, { rules: { ...rules, deliverOnly }, leaseMs, deliverTo })

/** Plans a batch for these users and claims it. */
export async function claimNow(
  db: Database,
  userIds: string[],
  options: { emailType?: EmailType; runId?: string; leaseMs?: number } = {},
): Promise<ClaimedBatch> {
  const batch = await claim(db, await planBatch(db, userIds, options), options)
  if (!batch) throw new Error('no user was due')
  return batch
}

/** The emails of a batch's request. */
export const emailsOf = (batch: ClaimedBatch | null) =>
  JSON.parse(batch ? String(unpackBody(batch.body)) : '[]') as {
    to: string[]
    subject: string
    html: string
    text: string
  }[]

/** Records an outcome, without a delay before the next attempt. */
export const record = (db: Database, batch: ClaimedBatch, outcome: Outcome, jobs?: Jobs) =>
  recordOutcome(db, jobs ?? createJobs().jobs, batch, outcome, 0)

export const accepted = (batch: ClaimedBatch): Outcome => ({
  kind: 'settled',
  items: Array.from({ length: batch.size }, () => ({
    kind: 'accepted',
    providerId: randomUUID(),
  })),
})

export const rejected = (batch: ClaimedBatch, error = 'validation_error: bad'): Outcome => ({
  kind: 'settled',
  items: Array.from({ length: batch.size }, () => ({ kind: 'rejected', error })),
})

/** Ends a lease, as if its worker had died long ago. */
export async function endLease(db: Database, batchId: string): Promise<void> {
  await db
    .update(batches)
    .set({ leasedUntil: sql`now() - interval '1 second'`, nextAttemptAt: sql`now()` })
    .where(eq(batches.id, batchId))
}

/** The error messages of a user's attempts, oldest first. */
export async function errorsOf(db: Database, userId: string): Promise<(string | null)[]> {
  const rows = await db
    .select({ error: notificationEmailsSent.errorMessage })
    .from(notificationEmailsSent)
    .where(eq(notificationEmailsSent.userId, userId))
    .orderBy(notificationEmailsSent.sentAt)
  return rows.map(row => row.error)
}

export const deliveriesOf = (db: Database, userId: string) =>
  db.select().from(deliveries).where(eq(deliveries.userId, userId)).orderBy(deliveries.claimedAt)

export async function claimedIds(db: Database): Promise<string[]> {
  const rows = await db.select({ id: claims.notificationId }).from(claims)
  return rows.map(row => row.id).sort()
}

export async function readBatch(db: Database, batchId: string) {
  const [batch] = await db.select().from(batches).where(eq(batches.id, batchId))
  if (!batch) throw new Error(`there is no batch ${batchId}`)
  return batch
}

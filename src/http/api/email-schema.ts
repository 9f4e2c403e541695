import { z } from 'zod'
import { runTypes } from '../../core/runs/run.ts'

const outcome = z.enum(['accepted', 'failed', 'pending', 'unknown'])
/** Not an enum: a host's own programs may write other types. */
const type = z.string()
const hostTime = z
  .date()
  .nullable()
  .describe('null: the host stores a time that no calendar can show')

/** One attempt, as the API returns it. */
const attempt = z.object({
  id: z.string(),
  userId: z.string(),
  emailType: type,
  sentAt: hostTime,
  notificationIds: z.array(z.string()).describe('The first 200, or a page of them'),
  notificationCount: z.int(),
  success: z.boolean(),
  errorMessage: z.string().nullable(),
  outcome,
  delivery: z
    .object({
      id: z.string(),
      attempt: z.int(),
      runId: z.string(),
      address: z.string(),
      sentTo: z.string().nullable(),
      providerId: z.string().nullable(),
      progress: z.string().nullable(),
      subject: z.string().nullable(),
    })
    .nullable(),
})

export const attemptPage = z
  .object({ data: z.array(attempt.meta({ id: 'Attempt' })), cursor: z.string().nullable() })
  .meta({ id: 'AttemptPage' })

export const attemptDetail = attempt
  .extend({
    person: z.object({ name: z.string(), address: z.string() }).nullable(),
    run: z
      .object({
        id: z.string(),
        type: z.enum(runTypes),
        trigger: z.string(),
        status: z.string(),
        createdAt: z.date(),
        finishedAt: z.date().nullable(),
      })
      .nullable(),
    notifications: z.array(
      z.object({
        id: z.string(),
        type: z.string(),
        title: z.string(),
        message: z.string(),
        createdAt: hostTime,
        isRead: z.boolean(),
        isDeleted: z.boolean(),
      }),
    ),
    cursor: z.string().nullable().describe('Of the next notifications'),
    content: z.object({ subject: z.string(), html: z.string(), text: z.string() }).nullable(),
    attempts: z.array(
      z.object({
        id: z.string(),
        number: z.int(),
        sentAt: hostTime,
        outcome,
        errorMessage: z.string().nullable(),
      }),
    ),
    events: z.array(
      z.object({ id: z.string(), type: z.string(), happenedAt: z.date(), detail: z.unknown() }),
    ),
  })
  .meta({ id: 'AttemptDetail' })

export const stats = z
  .object({
    from: z.date(),
    to: z.date(),
    by: z.enum(['hour', 'day']),
    rows: z.array(
      z.object({
        at: z.date(),
        type,
        attempts: z.int(),
        accepted: z.int(),
        failed: z.int(),
        unknown: z.int(),
        pending: z.int(),
        delivered: z.int(),
        bounced: z.int(),
        complained: z.int(),
      }),
    ),
    errors: z.array(
      z.object({
        code: z.string(),
        attempts: z.int(),
        count: z.int(),
        latest: z.date(),
        example: z.string(),
      }),
    ),
    latency: z.object({ p50: z.number(), p90: z.number(), p99: z.number() }).nullable(),
  })
  .meta({ id: 'Stats' })

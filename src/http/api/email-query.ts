import { z } from 'zod'
import { MAX_IDS } from '../../core/audit/audit.ts'
import { emailTypes } from '../../core/email-type.ts'
import { PROGRESS } from '../../core/events/progress.ts'
import { decodeCursor } from './cursor.ts'
import { pageLimit, runParams, userParams } from './parameters.ts'

const AN_INSTANT = 'a time with its offset, such as 2026-11-24T08:00:00Z (write + as %2B)'
// Without `abort`, zod would also run the checks of the whole object on an invalid time.
const instant = z.iso
  .datetime({ offset: true, error: AN_INSTANT, abort: true })
  .transform(text => new Date(text))
  .refine(isSupportedYear, { error: AN_INSTANT, abort: true })

const filters = {
  userId: userParams.shape.userId.optional(),
  type: z.enum(emailTypes, { error: `one of ${emailTypes.join(', ')}` }).optional(),
  success: z
    .enum(['true', 'false'], { error: 'true or false' })
    .transform(text => text === 'true')
    .optional(),
  progress: z
    .enum(PROGRESS, { error: `one of ${PROGRESS.join(', ')}` })
    .optional()
    .describe('What the provider’s events have reported last'),
  from: instant.optional().describe('Inclusive'),
  to: instant.optional().describe('Exclusive'),
  notificationId: z
    .guid('the UUID of a notification')
    .optional()
    .describe('Emails that carried this notification'),
  error: z
    .string('a code, or a text')
    .min(1, 'a code, or a text')
    .max(200, 'at most 200 characters')
    .refine(text => !text.includes('\0'), 'a text without NUL')
    .optional()
    .describe('An error code, matched exactly if any attempt has it; else a part of the message'),
  runId: runParams.shape.id.optional(),
}

const A_CURSOR = 'a cursor from an earlier page of this list'
const position = z.object(
  {
    sentAt: z.string(A_CURSOR).refine(isCursorTime, A_CURSOR),
    id: z.guid(A_CURSOR),
  },
  A_CURSOR,
)
/** The last position of a page of attempts; clients can forge it, so it is validated. */
export const emailCursor = z.string().transform(decodeCursor).pipe(position)

export const listQuery = z
  .strictObject({
    ...filters,
    limit: pageLimit.default(50),
    cursor: emailCursor.optional().describe('From the page before'),
  })
  .superRefine(isInOrder)

export const exportQuery = z
  .strictObject({
    ...filters,
    format: z.enum(['csv', 'ndjson'], { error: 'one of csv, ndjson' }),
  })
  .superRefine(isInOrder)

/** The longest range in days: 744 hours or 366 days, each with two types. */
const MAX_DAYS = { hour: 31, day: 366 } as const

export const statsQuery = z
  .strictObject({
    from: instant.describe('Inclusive'),
    to: instant.describe('Exclusive'),
    by: z.enum(['hour', 'day'], { error: 'one of hour, day' }).default('day'),
  })
  .superRefine(isInOrder)
  .superRefine(({ from, to, by }, context) => {
    const days = MAX_DAYS[by]
    if (to.getTime() - from.getTime() <= days * 86_400_000) return
    const hint = by === 'hour' ? '; by=day allows more' : ''
    const message = `at most ${days} days after \`from\` with by=${by}${hint}`
    context.addIssue({ code: 'custom', path: ['to'], message })
  })

const MAX_SKIP = 10_000_000
/** The position in the notifications of one attempt. */
export const notificationCursor = z
  .string()
  .transform(decodeCursor)
  .pipe(z.object({ skip: z.int(A_CURSOR).min(0, A_CURSOR).max(MAX_SKIP, A_CURSOR) }, A_CURSOR))

export const emailQuery = z.strictObject({
  limit: pageLimit.default(MAX_IDS).describe('How many notifications'),
  cursor: notificationCursor.optional().describe('From the answer before'),
})

export const emailParams = z.object({
  id: z.guid('the UUID of an attempt').describe('An attempt’s id'),
})

function isInOrder(
  { from, to }: { from?: Date | undefined; to?: Date | undefined },
  context: z.RefinementCtx,
) {
  if (!from || !to || from < to) return
  context.addIssue({ code: 'custom', path: ['to'], message: 'later than `from`' })
}

/** PostgreSQL has no year 0, and ISO 8601 writes years of five digits differently. */
function isSupportedYear(date: Date): boolean {
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999
}

/** The years of a `timestamp`, 1 BC being 0. Source: PostgreSQL's documentation, table 8.9. */
const YEARS = { first: -4712, last: 294_276 }

/** Whether it has the format of the list: UTC without a zone, as PostgreSQL writes it in JSON. */
function isCursorTime(text: string): boolean {
  if (/^-?infinity$/.test(text)) return true
  const parts = /^(\d{4,6})(-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,6})?( BC)?$/.exec(text)
  if (!parts || Number(parts[1]) === 0) return false
  const [, written, rest = '', beforeChrist] = parts
  const year = beforeChrist ? 1 - Number(written) : Number(written)
  if (year < YEARS.first || year > YEARS.last) return false
  // The calendar repeats after 400 years. A day that does not exist, such as 31 February, moves.
  const date = new Date(`${2000 + (((year % 400) + 400) % 400)}${rest}Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().includes(rest)
}

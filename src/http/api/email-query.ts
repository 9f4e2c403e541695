import { z } from 'zod'
import { emailTypes } from '../../core/email-type.ts'
import { decodeCursor } from './cursor.ts'
import { pageLimit } from './page-limit.ts'

const AN_INSTANT = 'a time with its offset, such as 2026-11-24T08:00:00Z (a + is written %2B)'
// Zod goes on to the checks of the whole object after a fault of a string, unless it aborts.
const instant = z.iso
  .datetime({ offset: true, error: AN_INSTANT, abort: true })
  .transform(text => new Date(text))
  .refine(isOfOurEra, { error: AN_INSTANT, abort: true })

const filters = {
  userId: z.guid('the UUID of a user').optional(),
  type: z.enum(emailTypes, { error: `one of ${emailTypes.join(', ')}` }).optional(),
  success: z
    .enum(['true', 'false'], { error: 'true or false' })
    .transform(text => text === 'true')
    .optional(),
  from: instant.optional().describe('Inclusive'),
  to: instant.optional().describe('Exclusive'),
  notificationId: z
    .guid('the UUID of a notification')
    .optional()
    .describe('Every email that carried it'),
  error: z
    .string('a code, or a text')
    .min(1, 'a code, or a text')
    .max(200, 'at most 200 characters')
    .refine(text => !text.includes('\0'), 'a text without NUL')
    .optional()
    .describe('A code exactly, where an attempt has failed with it, or else a text anywhere'),
  runId: z.guid('the UUID of a run').optional(),
}

const A_CURSOR = 'a cursor that this list has given'
const position = z.object(
  {
    sentAt: z.string(A_CURSOR).refine(isMoment, A_CURSOR),
    id: z.guid(A_CURSOR),
  },
  A_CURSOR,
)
/** Where a page of attempts ended; to be trusted as little as any input. */
export const emailCursor = z.string().transform(decodeCursor).pipe(position)

export const listQuery = z
  .strictObject({
    ...filters,
    limit: pageLimit.default(50),
    cursor: emailCursor.optional(),
  })
  .superRefine(isInOrder)

export const exportQuery = z
  .strictObject({
    ...filters,
    format: z.enum(['csv', 'ndjson'], { error: 'one of csv, ndjson' }),
  })
  .superRefine(isInOrder)

/** Days that one answer may span: 744 hours, or 366 days, of two types. */
const LONGEST = { hour: 31, day: 366 } as const

export const statsQuery = z
  .strictObject({
    from: instant.describe('Inclusive'),
    to: instant.describe('Exclusive'),
    by: z.enum(['hour', 'day'], { error: 'one of hour, day' }).default('day'),
  })
  .superRefine(isInOrder)
  .superRefine(({ from, to, by }, context) => {
    const days = LONGEST[by]
    if (to.getTime() - from.getTime() <= days * 86_400_000) return
    const advice = by === 'hour' ? '; by=day takes more' : ''
    const message = `at most ${days} days after \`from\` where by=${by}${advice}`
    context.addIssue({ code: 'custom', path: ['to'], message })
  })

export const oneEmail = z.object({ id: z.guid('the UUID of an attempt') })

function isInOrder(
  { from, to }: { from?: Date | undefined; to?: Date | undefined },
  context: z.RefinementCtx,
) {
  if (!from || !to || from < to) return
  context.addIssue({ code: 'custom', path: ['to'], message: 'later than `from`' })
}

/** PostgreSQL has no year 0, and a year of five digits is written otherwise. */
function isOfOurEra(date: Date): boolean {
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999
}

/** As the list writes it: UTC, without a zone, to the microsecond. */
function isMoment(text: string): boolean {
  return z.iso.datetime({ precision: 6 }).safeParse(`${text}Z`).success && !text.startsWith('0000')
}

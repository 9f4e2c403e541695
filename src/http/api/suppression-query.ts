import { z } from 'zod'
import { bareAddressIn } from '../../core/email-address.ts'
import {
  suppressionReasons,
  suppressionSources,
  suppressionStates,
} from '../../core/recipients/suppression.ts'
import { decodeCursor } from './cursor.ts'
import { pageLimit } from './parameters.ts'

const AN_ADDRESS = 'an email address such as ada@example.com, URL-encoded'
const address = z.string(AN_ADDRESS).transform((text, context) => {
  const found = bareAddressIn(text)
  if (found === undefined) context.addIssue({ code: 'custom', message: AN_ADDRESS })
  return found ?? ''
})
/** A text that PostgreSQL can store. */
const text = (most: number) =>
  z
    .string(`a text of at most ${most} characters`)
    .trim()
    .max(most, `at most ${most} characters`)
    .refine(given => given.isWellFormed() && !given.includes('\0'), 'a text without NUL')
const by = text(200).optional().describe('Who asks for it')

export const suppressionParams = z.object({ address })

/** The provider alone decides which addresses it suppresses itself. */
const reasons = suppressionReasons.filter(reason => reason !== 'suppressed')

export const newSuppression = z.strictObject({
  reason: z.enum(reasons, { error: `one of ${reasons.join(', ')}` }).default('manual'),
  note: text(500).optional(),
  by,
})

export const liftQuery = z.strictObject({
  force: z
    .enum(['true', 'false'], { error: 'true or false' })
    .transform(given => given === 'true')
    .default(false)
    .describe('Also if the owner of the address complained'),
  by,
})

/** As PostgreSQL writes it in JSON. It has no year 0. */
const MICROSECONDS = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00$/
const A_CURSOR = 'a cursor from an earlier page of this list'
/** The last position of a page; clients can forge it, so it is validated. */
export const suppressionCursor = z.object(
  {
    since: z
      .string(A_CURSOR)
      .refine(given => MICROSECONDS.test(given) && !Number.isNaN(Date.parse(given)), A_CURSOR),
    address: z
      .string(A_CURSOR)
      .max(1_000, A_CURSOR)
      .refine(given => given.isWellFormed() && !given.includes('\0'), A_CURSOR),
  },
  A_CURSOR,
)
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(', ')}` })

export const suppressionQuery = z.strictObject({
  state: oneOf(suppressionStates).default('active'),
  reason: oneOf(suppressionReasons).optional(),
  source: oneOf(suppressionSources).optional(),
  address: address.optional().describe('Matched whatever its case'),
  limit: pageLimit.default(50),
  cursor: z.string().transform(decodeCursor).pipe(suppressionCursor).optional(),
})

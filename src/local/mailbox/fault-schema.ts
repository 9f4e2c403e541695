import { z } from 'zod'
import type { Fault } from './faults.ts'

/** JSON has no Infinity, and `JSON.stringify` writes it as null, so null means Infinity. */
const times = z
  .int()
  .positive()
  .nullable()
  .transform(value => value ?? Number.POSITIVE_INFINITY)
  .optional()

const match = z
  .strictObject({
    endpoint: z.enum(['emails', 'emails/batch', 'domains']),
    key: z.string(),
    body: z.string(),
  })
  .partial()
  .optional()

const common = { times, match }

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('lying-count'),
    missing: z.int().positive().optional(),
  }),
  z.strictObject({ ...common, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.strictObject({
    ...common,
    kind: z.literal('429'),
    retryAfter: z.number().nonnegative().optional(),
    name: z
      .enum(['rate_limit_exceeded', 'daily_quota_exceeded', 'monthly_quota_exceeded'])
      .optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    name: z.string(),
    message: z.string().optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.enum([
      'refuse',
      'reset-before',
      'reset-after',
      '500-before',
      '500-after',
      'hang',
      'hang-after',
      'broken-json',
      'truncated',
    ]),
  }),
])

/**
 * Parses faults from JSON: one fault, a list, or null for none.
 * @returns undefined if they are invalid
 */
export function readFaults(json: string): Fault[] | undefined {
  const read = z.preprocess(toList, z.array(fault)).safeParse(json)
  return read.success ? (read.data as Fault[]) : undefined
}

function toList(json: unknown): unknown {
  try {
    const value: unknown = JSON.parse(String(json))
    if (value === null) return []
    return Array.isArray(value) ? value : [value]
  } catch {
    return undefined
  }
}

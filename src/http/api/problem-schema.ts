import { z } from 'zod'
import { verdicts } from './user-schema.ts'

/** The status of each code that the API documents. */
export const problemStatus = {
  invalid_request: 400,
  ctp_invalid_json_body: 400,
  unauthorized: 401,
  invalid_signature: 401,
  not_allowed: 403,
  run_not_found: 404,
  email_not_found: 404,
  user_not_found: 404,
  suppression_not_found: 404,
  force_needed: 409,
  not_due: 409,
  shadow: 409,
  idempotency_conflict: 409,
  ctp_body_too_large: 413,
  ctp_invalid_media_type: 415,
  too_many_wrong_tokens: 429,
  internal_error: 500,
  unavailable: 503,
} as const

export type ProblemCode = keyof typeof problemStatus

/** Problem details (RFC 9457), as the API returns them. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    status: z.int(),
    code: z.string().describe('For programs'),
    title: z.string().describe('For people; may change'),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ field: z.string(), expected: z.string() }))
      .optional()
      .describe('The invalid fields'),
    verdicts: verdicts.optional().describe('If an email is not due'),
  })
  .meta({ id: 'Problem' })

import type { FastifySchema } from 'fastify'
import { type ZodType, z } from 'zod'
import { type ProblemCode, problem, problemStatus } from './problem-schema.ts'

/** The groups of operations, in the order of `/docs`. */
export const tags = {
  Runs: 'One pass over all users, for one type of email or both',
  Users: 'Settings, verdicts and emails of one user',
  Suppressions: 'Addresses that get no email',
  Emails: 'The attempts: each row of `notification_emails_sent`',
  Changes: 'What has happened, for programs that follow it',
  Webhooks: 'What the provider reports',
  Operation: 'Health and metrics, without a token',
}

declare module 'fastify' {
  interface FastifySchema {
    /** Documented errors, besides those that follow from the route's token and parameters. */
    problems?: ProblemCode[]
    /** Documented parts of a request that the route checks itself. */
    unvalidated?: { body?: ZodType; headers?: ZodType }
  }
}

/** The codes of every error that a route documents. */
export function problemsOf(schema: FastifySchema, needsBearer: boolean): ProblemCode[] {
  const { params, querystring, headers, body, problems = [] } = schema
  return [
    ...problems,
    ...(params || querystring || headers || body ? (['invalid_request'] as const) : []),
    ...(body ? ofBodies : []),
    ...(needsBearer ? ofBearers : []),
  ]
}

const ofBodies = [
  'ctp_invalid_json_body',
  'ctp_body_too_large',
  'ctp_invalid_media_type',
] as const satisfies ProblemCode[]
const ofBearers = [
  'unauthorized',
  'too_many_wrong_tokens',
  'internal_error',
  'unavailable',
] as const satisfies ProblemCode[]

const PROBLEM = `#/components/schemas/${z.globalRegistry.get(problem)?.id}`

/** The JSON schema of a problem with one of these codes, by status. */
export function problemSchemas(codes: ProblemCode[]): Map<number, object> {
  const byStatus = Map.groupBy(codes, code => problemStatus[code])
  const schemas = [...byStatus].map(([status, its]) => {
    const code = {
      type: 'object',
      properties: { code: { type: 'string', enum: its } },
      required: ['code'],
    }
    return [status, { allOf: [{ $ref: PROBLEM }, code] }] as const
  })
  return new Map(schemas)
}

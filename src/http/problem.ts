import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { findTidingsError } from '../core/errors/tidings-error.ts'
import type { Explanation } from '../core/explain/explanation.ts'
import { IdempotencyConflictError } from '../core/runs/run.ts'

/** A fault as RFC 9457 has it, with a `code` for programs. */
export interface Problem {
  status: number
  code: string
  title: string
  detail?: string | undefined
  /** What is wrong with which field. */
  errors?: { field: string; expected: string }[]
  /** Why an email is not due, by type. */
  verdicts?: Explanation['types']
}

/** What several routes answer. */
export const problems = {
  unauthorized: { status: 401, code: 'unauthorized', title: 'a valid bearer token is needed' },
  userNotFound: { status: 404, code: 'user_not_found', title: 'there is no such user' },
  runNotFound: { status: 404, code: 'run_not_found', title: 'there is no such run' },
} as const satisfies Record<string, Problem>

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send({ type: 'about:blank', ...problem })
}

/** The one place where errors become answers. What it does not know is a 500 without its message. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (hasZodFastifySchemaValidationErrors(error)) {
    return sendProblem(reply, {
      status: 400,
      code: 'invalid_request',
      title: `the ${placeOf(error.validationContext)} is not as expected`,
      errors: error.validation.map(fault => ({
        field: fieldOf(fault),
        expected: isUnknownField(fault) ? 'no such field' : (fault.message ?? 'another value'),
      })),
    })
  }
  const ours = findTidingsError(error)
  if (ours instanceof IdempotencyConflictError) {
    return sendProblem(reply, {
      status: 409,
      code: 'idempotency_conflict',
      title: 'another request used this key',
      detail: ours.message,
    })
  }
  if (error.statusCode && error.statusCode < 500) {
    return sendProblem(reply, {
      status: error.statusCode,
      code: (error.code ?? 'bad_request').toLowerCase().replace(/^fst_err_/, ''),
      title: error.message,
    })
  }
  request.log.error({ err: error }, 'the request failed')
  if (ours?.isRetryable) {
    return sendProblem(reply.header('retry-after', '5'), {
      status: 503,
      code: 'unavailable',
      title: 'the service cannot do this at the moment',
      detail: 'Nothing is lost: try again.',
    })
  }
  return sendProblem(reply, {
    status: 500,
    code: 'internal_error',
    title: 'something went wrong here',
    detail: 'Nothing is lost: look at the log, and ask again.',
  })
}

/** Fastify's name for a part of a request in the words of who sends one. */
function placeOf(context = 'request'): string {
  return { params: 'path', querystring: 'query string' }[context] ?? context
}

function isUnknownField(fault: { params?: unknown }): boolean {
  return 'keys' in ((fault.params as object | undefined) ?? {})
}

/** Names the field, also one that should not be there. */
function fieldOf(fault: { instancePath: string; params?: unknown }): string {
  const path = fault.instancePath.replace(/^\//, '').replaceAll('/', '.')
  const issue = (fault.params as { keys?: string[] } | undefined) ?? {}
  const keys = issue.keys?.join(', ')
  return [path, keys].filter(Boolean).join('.') || 'body'
}

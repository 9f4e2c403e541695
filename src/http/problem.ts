import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { EmailType } from '../core/email-type.ts'
import { findTidingsError } from '../core/errors/tidings-error.ts'
import type { Explanation } from '../core/explain/explanation.ts'
import { IdempotencyConflictError } from '../core/runs/run.ts'

/** Problem details (RFC 9457), with a `code` for programs. */
export interface Problem {
  status: number
  code: string
  title: string
  detail?: string | undefined
  /** The invalid fields. */
  errors?: { field: string; expected: string }[]
  /** The verdict on each type, if an email is not due. */
  verdicts?: Explanation['types']
}

/** Problems that several routes answer with. */
export const problems = {
  unauthorized: { status: 401, code: 'unauthorized', title: 'A valid bearer token is required' },
  userNotFound: { status: 404, code: 'user_not_found', title: 'No such user' },
  suppressionNotFound: {
    status: 404,
    code: 'suppression_not_found',
    title: 'This address was never suppressed',
  },
  forceNeeded: {
    status: 409,
    code: 'force_needed',
    title: 'The owner of this address reported an email as spam',
    detail: 'If the owner has asked for emails again, add ?force=true.',
  },
  runNotFound: { status: 404, code: 'run_not_found', title: 'No such run' },
} as const satisfies Record<string, Problem>

/** The rules allow no email of this type now. */
export const notDue = (type: EmailType) =>
  ({
    status: 409,
    code: 'not_due',
    title: `The user is not due for the ${type} email`,
  }) satisfies Problem

/** Its result is to be returned; it has no type, because Fastify's types know only a route's own answers. */
export function sendProblem(reply: FastifyReply, problem: Problem): never {
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send({ type: 'about:blank', ...problem }) as never
}

/** Whether the same request may succeed later, although Tidings did not throw the error on purpose. */
export type IsUnavailable = (error: unknown) => boolean

/**
 * Creates the handler that turns every error into an answer. An unknown error is a 500 without its message.
 */
export function createErrorHandler(isUnavailable: IsUnavailable) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
    answerError(error, request, reply, isUnavailable)
}

function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  isUnavailable: IsUnavailable,
) {
  if (hasZodFastifySchemaValidationErrors(error)) {
    return sendProblem(reply, {
      status: 400,
      code: 'invalid_request',
      title: `Invalid ${describeContext(error.validationContext)}`,
      errors: error.validation.map(fault => ({
        field: fieldOf(fault),
        expected: isUnknownField(fault) ? 'no such field' : (fault.message ?? 'a valid value'),
      })),
    })
  }
  const tidingsError = findTidingsError(error)
  if (tidingsError instanceof IdempotencyConflictError) {
    return sendProblem(reply, {
      status: 409,
      code: 'idempotency_conflict',
      title: 'Idempotency key already used',
      detail: tidingsError.message,
    })
  }
  if (error.statusCode && error.statusCode < 500) {
    return sendProblem(reply, {
      status: error.statusCode,
      code: (error.code ?? 'bad_request').toLowerCase().replace(/^fst_err_/, ''),
      title: error.message,
    })
  }
  request.log.error({ err: error }, 'Request failed')
  if (tidingsError?.isRetryable || isUnavailable(error)) {
    return sendProblem(reply.header('retry-after', '5'), {
      status: 503,
      code: 'unavailable',
      title: 'Service unavailable',
      detail: 'Nothing is lost. Try again.',
    })
  }
  return sendProblem(reply, {
    status: 500,
    code: 'internal_error',
    title: 'Internal error',
    detail: 'Nothing is lost. Check the log, then try again.',
  })
}

/** Translates Fastify's name for a part of a request. */
function describeContext(context = 'request'): string {
  return { params: 'path', querystring: 'query string' }[context] ?? context
}

function isUnknownField(fault: { params?: unknown }): boolean {
  return 'keys' in ((fault.params as object | undefined) ?? {})
}

/** Names the field, including an unknown one. */
function fieldOf(fault: { instancePath: string; params?: unknown }): string {
  const path = fault.instancePath.replace(/^\//, '').replaceAll('/', '.')
  const issue = (fault.params as { keys?: string[] } | undefined) ?? {}
  const keys = issue.keys?.join(', ')
  return [path, keys].filter(Boolean).join('.') || 'body'
}

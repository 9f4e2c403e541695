import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Audit } from '../../core/audit/audit.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { sendProblem } from '../problem.ts'
import { encodeCursor } from './cursor.ts'
import { emailParams, emailQuery, listQuery, statsQuery } from './email-query.ts'
import { attemptDetail, attemptPage, stats } from './email-schema.ts'
import { exportRoute } from './export-emails.ts'

export interface EmailRoutesOptions {
  audit: Audit
  tokens: Tokens
}

/** `GET /v1/emails`, `/v1/emails/{id}`, `/v1/emails/stats`, `/v1/emails/export`. */
export const emailRoutes: FastifyPluginAsyncZod<EmailRoutesOptions> = async (server, options) => {
  const { audit, tokens } = options
  server.addHook('onRequest', requireBearer(tokens.read))

  server.get(
    '/v1/emails',
    {
      schema: {
        operationId: 'listEmails',
        tags: ['Emails'],
        summary: 'List attempts, newest first',
        description: 'Filters combine. Paging is stable while attempts are inserted.',
        querystring: listQuery,
        response: { 200: attemptPage },
      },
    },
    async request => {
      const { limit, cursor, ...filter } = request.query
      const page = await audit.list(filter, limit, cursor)
      return { data: page.attempts, cursor: page.next && encodeCursor(page.next) }
    },
  )

  server.get(
    '/v1/emails/stats',
    {
      schema: {
        operationId: 'countEmails',
        tags: ['Emails'],
        summary: 'Count attempts by hour or day, type and outcome, and errors by code',
        querystring: statsQuery,
        response: { 200: stats },
      },
    },
    async request => audit.stats(request.query),
  )

  server.get(
    '/v1/emails/:id',
    {
      schema: {
        operationId: 'getEmail',
        tags: ['Emails'],
        summary: 'One attempt with its run, its notifications, its content and its delivery events',
        description: '`limit` and `cursor` page through the notifications.',
        params: emailParams,
        querystring: emailQuery,
        response: { 200: attemptDetail },
        problems: ['email_not_found'],
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query
      const attempt = await audit.find(request.params.id, { skip: cursor?.skip ?? 0, limit })
      if (attempt) {
        const { nextNotification: skip, ...fields } = attempt
        return { ...fields, cursor: skip === null ? null : encodeCursor({ skip }) }
      }
      return sendProblem(reply, {
        status: 404,
        code: 'email_not_found',
        title: 'No such attempt',
      })
    },
  )

  await server.register(exportRoute, { audit })
}

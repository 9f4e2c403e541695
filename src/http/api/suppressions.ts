import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Suppressions } from '../../core/recipients/suppression.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { problems, sendProblem } from '../problem.ts'
import { encodeCursor } from './cursor.ts'
import {
  liftQuery,
  newSuppression,
  suppressionParams,
  suppressionQuery,
} from './suppression-query.ts'
import { lifted, suppression, suppressionPage } from './suppression-schema.ts'

export interface SuppressionRoutesOptions {
  suppressions: Suppressions
  tokens: Tokens
}

/** `GET /v1/suppressions`, `PUT` and `DELETE /v1/suppressions/{address}`. */
export const suppressionRoutes: FastifyPluginAsyncZod<SuppressionRoutesOptions> = async (
  server,
  { suppressions, tokens },
) => {
  server.get(
    '/v1/suppressions',
    {
      onRequest: requireBearer(tokens.read),
      schema: {
        operationId: 'listSuppressions',
        tags: ['Suppressions'],
        summary: 'List suppressed addresses, newest first',
        querystring: suppressionQuery,
        response: { 200: suppressionPage },
      },
    },
    async request => {
      const { limit, cursor, ...filter } = request.query
      const page = await suppressions.list(filter, limit, cursor)
      return { data: page.suppressions, cursor: page.next && encodeCursor(page.next) }
    },
  )

  server.put(
    '/v1/suppressions/:address',
    {
      onRequest: requireBearer(tokens.write),
      schema: {
        operationId: 'suppressAddress',
        tags: ['Suppressions'],
        summary: 'Suppress an address',
        description:
          'An address that is suppressed already keeps its reason, unless a complaint replaces it.',
        params: suppressionParams,
        body: newSuppression,
        response: { 200: suppression },
      },
    },
    async request => suppressions.add(request.params.address, { ...request.body, source: 'api' }),
  )

  server.delete(
    '/v1/suppressions/:address',
    {
      onRequest: requireBearer(tokens.write),
      schema: {
        operationId: 'liftSuppression',
        tags: ['Suppressions'],
        summary: 'Lift the suppression of an address, here and at the provider',
        params: suppressionParams,
        querystring: liftQuery,
        response: { 200: lifted },
        problems: ['suppression_not_found', 'force_needed'],
      },
    },
    async (request, reply) => {
      const { force, by } = request.query
      const lift = await suppressions.lift(request.params.address, { force, by, source: 'api' })
      if (lift.kind === 'not_found')
        return sendProblem(reply, problems.suppressionNotFound) as never
      if (lift.kind === 'force_needed') return sendProblem(reply, problems.forceNeeded) as never
      return { ...lift.suppression, provider: lift.provider }
    },
  )
}

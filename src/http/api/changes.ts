import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  type Change,
  type ChangeFeed,
  changeSources,
  changeTypes,
} from '../../core/changes/change.ts'
import { requireBearer, type Tokens } from '../bearer.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { pageLimit, userParams } from './parameters.ts'

export interface ChangeRoutesOptions {
  changes: ChangeFeed
  tokens: Tokens
}

const A_CURSOR = 'a cursor from an earlier page of this list'
const place = z.int(A_CURSOR).min(0, A_CURSOR)

const query = z.strictObject({
  type: z.enum(changeTypes, { error: `one of ${changeTypes.join(', ')}` }).optional(),
  userId: userParams.shape.userId.optional(),
  limit: pageLimit.default(100),
  cursor: z
    .string()
    .transform(decodeCursor)
    .pipe(z.object({ row: place, item: place }, A_CURSOR))
    .optional()
    .describe('The `cursor` of the page before'),
})

const change = z
  .object({
    id: z.string().describe('Never used again'),
    type: z.enum(changeTypes),
    at: z.date(),
    by: z.enum(changeSources).nullable(),
    userId: z.string().nullable(),
    emailId: z.string().nullable().describe('The attempt'),
    runId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'Change' }) satisfies z.ZodType<Change>

const page = z
  .object({
    data: z.array(change),
    cursor: z.string().nullable().describe('Where to go on, also at the end'),
    more: z.boolean().describe('Whether to ask again at once'),
  })
  .meta({ id: 'ChangePage' })

/** `GET /v1/changes`. */
export const changeRoutes: FastifyPluginAsyncZod<ChangeRoutesOptions> = async (
  server,
  { changes, tokens },
) => {
  server.get(
    '/v1/changes',
    {
      onRequest: requireBearer(tokens.read),
      schema: {
        operationId: 'listChanges',
        tags: ['Changes'],
        summary: 'What has changed, oldest first',
        description:
          'Keep `cursor` and read on from it. No change is missed, and none comes twice.',
        querystring: query,
        response: { 200: page },
      },
    },
    async request => {
      const { limit, cursor, ...filter } = request.query
      const { changes: data, next, more } = await changes.list(filter, limit, cursor)
      return { data, cursor: next && encodeCursor(next), more }
    },
  )
}

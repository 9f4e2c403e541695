import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Run, type Runs, runTypes } from '../../core/runs/run.ts'
import { hasBearer, requireBearer, type Tokens } from '../bearer.ts'
import { problems, sendProblem } from '../problem.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { pageLimit, runParams } from './parameters.ts'
import { run, runPage, startedRun } from './run-schema.ts'

export interface RunRoutesOptions {
  runs: Runs & RunList
  tokens: Tokens
}

/** Runs in pages, newest first. */
export interface RunList {
  list(limit: number, after?: RunCursor): Promise<{ runs: Run[]; next: RunCursor | null }>
}

type RunCursor = z.infer<typeof runCursor>
/** The last position of a page; clients can forge it, so it is validated. */
export const runCursor = z.object({ createdAt: z.string().refine(isInstant), id: z.uuid() })

const startBody = z.strictObject({
  type: z.enum(runTypes, { error: `one of ${runTypes.join(', ')}` }),
  userIds: z
    .array(z.guid('a UUID'))
    .min(1, 'at least one id')
    .max(10_000, 'at most 10,000 ids')
    .optional()
    .describe('Only these users'),
  dryRun: z.boolean('true or false').optional().describe('Count the due users, send nothing'),
})
const startHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(256, 'at most 256 characters')
    .optional()
    .describe('The same key gives the same run as long as the run is stored'),
})
const listQuery = z.strictObject({
  limit: pageLimit.default(50),
  cursor: z
    .string()
    .transform(decodeCursor)
    .pipe(runCursor)
    .optional()
    .describe('From the page before'),
})

const startOnlyToken = {
  status: 403,
  code: 'not_allowed',
  title: 'This token only starts runs for all users',
  detail: '`userIds` requires API_TOKEN.',
}

/** `POST /v1/runs`, `GET /v1/runs`, `GET /v1/runs/{id}`. */
export const runRoutes: FastifyPluginAsyncZod<RunRoutesOptions> = async (server, options) => {
  const { runs, tokens } = options
  const mayStart = requireBearer(tokens.start)
  const mayRead = requireBearer(tokens.read)

  server.post(
    '/v1/runs',
    {
      onRequest: mayStart,
      schema: {
        operationId: 'startRun',
        tags: ['Runs'],
        summary: 'Start a run',
        body: startBody,
        headers: startHeaders,
        response: { 202: startedRun },
        problems: ['not_allowed', 'idempotency_conflict'],
      },
    },
    async (request, reply) => {
      const { 'idempotency-key': idempotencyKey } = request.headers
      // A token that only starts runs must not learn about users from their counts.
      const startsOnly = !hasBearer(request, tokens.write)
      if (startsOnly && request.body.userIds) return sendProblem(reply, startOnlyToken)
      const started = await runs.start({
        ...request.body,
        trigger: 'http',
        ...(idempotencyKey && { idempotencyKey }),
      })
      const { id, status } = started
      return reply
        .code(202)
        .header('location', `/v1/runs/${id}`)
        .send(startsOnly ? { id, status } : started)
    },
  )

  server.get(
    '/v1/runs',
    {
      onRequest: mayRead,
      schema: {
        operationId: 'listRuns',
        tags: ['Runs'],
        summary: 'List runs, newest first',
        querystring: listQuery,
        response: { 200: runPage },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const page = await runs.list(limit, cursor)
      return { data: page.runs, cursor: page.next && encodeCursor(page.next) }
    },
  )

  server.get(
    '/v1/runs/:id',
    {
      onRequest: mayRead,
      schema: {
        operationId: 'getRun',
        tags: ['Runs'],
        summary: 'One run with its counts',
        params: runParams,
        response: { 200: run },
        problems: ['run_not_found'],
      },
    },
    async (request, reply) =>
      (await runs.find(request.params.id)) ?? sendProblem(reply, problems.runNotFound),
  )
}

/**
 * Whether PostgreSQL can parse it as a timestamptz. PostgreSQL writes a space instead of the T and
 * may omit the offset's minutes. It rejects offsets from 16:00 on; no time zone exceeds 14:00.
 */
function isInstant(text: string): boolean {
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  if (!z.iso.datetime({ offset: true }).safeParse(iso).success) return false
  const [, hours = '0'] = /[+-](\d\d):\d\d$/.exec(iso) ?? []
  return Number(hours) <= 14 && Date.parse(iso) > 0
}

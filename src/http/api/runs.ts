import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Run, type Runs, runTypes } from '../../core/runs/run.ts'
import { carriesBearer, requireBearer, type Tokens } from '../bearer.ts'
import { problems, sendProblem } from '../problem.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { pageLimit } from './page-limit.ts'

export interface RunRoutesOptions {
  runs: Runs & RunList
  tokens: Tokens
}

/** Runs a page at a time, newest first. */
export interface RunList {
  list(limit: number, after?: RunCursor): Promise<{ runs: Run[]; next: RunCursor | null }>
}

type RunCursor = z.infer<typeof runCursor>
/** Where a page ended; to be trusted as little as any input. */
export const runCursor = z.object({ createdAt: z.string().refine(isInstant), id: z.uuid() })

const startBody = z.strictObject({
  type: z.enum(runTypes, { error: `one of ${runTypes.join(', ')}` }),
  userIds: z
    .array(z.guid('a UUID'))
    .min(1, 'one id or more')
    .max(10_000, 'at most 10,000 ids')
    .optional(),
  dryRun: z.boolean('true or false').optional(),
})
const startHeaders = z.looseObject({
  'idempotency-key': z.string().min(1).max(256, 'at most 256 characters').optional(),
})
const listQuery = z.strictObject({
  limit: pageLimit.default(50),
  cursor: z.string().transform(decodeCursor).pipe(runCursor).optional(),
})
const oneRun = z.object({ id: z.guid('the UUID of a run') })

const notForCron = {
  status: 403,
  code: 'not_allowed',
  title: 'this token starts runs for everybody, and reads nothing',
  detail: '`userIds` needs API_TOKEN.',
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
      schema: { summary: 'Start a run', body: startBody, headers: startHeaders },
    },
    async (request, reply) => {
      const { 'idempotency-key': idempotencyKey } = request.headers
      // Who may only start runs must not learn of anybody from how one of them went.
      const startsOnly = !carriesBearer(request, tokens.write)
      if (startsOnly && request.body.userIds) return sendProblem(reply, notForCron)
      const run = await runs.start({
        ...request.body,
        trigger: 'http',
        ...(idempotencyKey && { idempotencyKey }),
      })
      const { id, status } = run
      return reply
        .code(202)
        .header('location', `/v1/runs/${id}`)
        .send(startsOnly ? { id, status } : run)
    },
  )

  server.get(
    '/v1/runs',
    { onRequest: mayRead, schema: { summary: 'List runs, newest first', querystring: listQuery } },
    async request => {
      const { limit, cursor } = request.query
      const page = await runs.list(limit, cursor)
      return { data: page.runs, cursor: page.next && encodeCursor(page.next) }
    },
  )

  server.get(
    '/v1/runs/:id',
    { onRequest: mayRead, schema: { summary: 'One run with its counts', params: oneRun } },
    async (request, reply) => {
      const run = await runs.find(request.params.id)
      if (run) return run
      return sendProblem(reply, problems.runNotFound)
    },
  )
}

/**
 * Whether PostgreSQL can read it as a timestamptz. It writes a blank, and no minutes of the offset; it
 * reads offsets of up to 15:59 hours only, and no zone has one of more than 14.
 */
function isInstant(text: string): boolean {
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  if (!z.iso.datetime({ offset: true }).safeParse(iso).success) return false
  const [, hours = '0'] = /[+-](\d\d):\d\d$/.exec(iso) ?? []
  return Number(hours) <= 14 && Date.parse(iso) > 0
}

import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { attemptsToCsv } from '../../core/audit/attempts-csv.ts'
import { attemptsToNdjson } from '../../core/audit/attempts-ndjson.ts'
import type { Attempt, Audit } from '../../core/audit/audit.ts'
import { disconnectSignal, stopSignal } from '../signals.ts'
import { exportQuery } from './email-query.ts'

const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const
// The handler sends a stream, not a string.
const text: z.ZodType = z.string()
const answers = { 'text/csv': { schema: text }, 'application/x-ndjson': { schema: text } }

/** `GET /v1/emails/export`. The parent plugin checks the token. */
export const exportRoute: FastifyPluginAsyncZod<{ audit: Audit }> = async (server, { audit }) => {
  // An export may take hours, so a stop truncates it. The client detects that, as the body has no end.
  const stopping = stopSignal(server)

  server.get(
    '/v1/emails/export',
    {
      schema: {
        operationId: 'exportEmails',
        tags: ['Emails'],
        summary: 'Export attempts, newest first, as CSV or JSON lines',
        description:
          'The same filters as the list. Streamed; after an error the body is incomplete.',
        querystring: exportQuery,
        response: { 200: { content: answers } },
      },
    },
    async (request, reply) => {
      const { format, ...filter } = request.query
      const signal = AbortSignal.any([disconnectSignal(reply), stopping])
      const pages = formatters[format](audit.stream(filter, signal))
      // An error in the first page is still answered with a problem.
      const first = await pages.next()
      const name = `emails-${new Date().toISOString().slice(0, 10)}.${format}`
      reply.type(types[format]).header('content-disposition', `attachment; filename="${name}"`)
      return reply.send(toStream(first, pages, stopping))
    },
  )
}

type TextChunks = AsyncGenerator<string, void>

const formatters = { csv: formatCsv, ndjson: formatNdjson }

async function* formatCsv(pages: AsyncIterable<Attempt[]>): TextChunks {
  yield attemptsToCsv([], { first: true })
  for await (const page of pages) yield attemptsToCsv(page, { first: false })
}

async function* formatNdjson(pages: AsyncIterable<Attempt[]>): TextChunks {
  for await (const page of pages) yield attemptsToNdjson(page)
}

/**
 * Reads the next page once the client has received the one before. An error or a stop destroys the
 * connection, because a response that ends normally would look complete.
 */
function toStream(
  first: IteratorResult<string, void>,
  rest: TextChunks,
  stopping: AbortSignal,
): Readable {
  async function* all() {
    if (first.done) return
    yield first.value
    yield* rest
    stopping.throwIfAborted()
  }
  return Readable.from(all(), { highWaterMark: 1 })
}

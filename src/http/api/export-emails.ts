import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { attemptsToCsv } from '../../core/audit/attempts-csv.ts'
import { attemptsToNdjson } from '../../core/audit/attempts-ndjson.ts'
import type { Attempt, Audit } from '../../core/audit/audit.ts'
import { exportQuery } from './email-query.ts'

const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const

/** `GET /v1/emails/export`; whoever registers it asks for the token. */
export const exportRoute: FastifyPluginAsyncZod<{ audit: Audit }> = async (server, { audit }) => {
  // A stop does not wait for an export, which may take hours. Its file is cut off, and looks it.
  const closing = new AbortController()
  server.addHook('preClose', async () => closing.abort(new Error('the service stops')))

  server.get(
    '/v1/emails/export',
    {
      schema: {
        summary: 'Export attempts, newest first, as CSV or as JSON lines',
        description:
          'The same filters as the list. Streamed; cut off without an end where it fails.',
        querystring: exportQuery,
        produces: Object.values(types),
      },
    },
    async (request, reply) => {
      const { format, ...filter } = request.query
      const left = new AbortController()
      reply.raw.once('close', () => left.abort())
      const signal = AbortSignal.any([left.signal, closing.signal])
      const pages = inFormat[format](audit.stream(filter, signal))
      // So that a fault in the first page still gets the answer of a fault.
      const first = await pages.next()
      const name = `emails-${new Date().toISOString().slice(0, 10)}.${format}`
      reply.type(types[format]).header('content-disposition', `attachment; filename="${name}"`)
      return reply.send(toStream(first, pages, closing.signal))
    },
  )
}

type Text = AsyncGenerator<string, void>

const inFormat = { csv: inCsv, ndjson: inNdjson }

async function* inCsv(pages: AsyncIterable<Attempt[]>): Text {
  yield attemptsToCsv([], { first: true })
  for await (const page of pages) yield attemptsToCsv(page, { first: false })
}

async function* inNdjson(pages: AsyncIterable<Attempt[]>): Text {
  for await (const page of pages) yield attemptsToNdjson(page)
}

/**
 * Asks for the next page when the client has taken the one before. A fault, or a stop, destroys the
 * connection: a response that ended as if it were whole would be believed.
 */
function toStream(
  first: IteratorResult<string, void>,
  rest: Text,
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

import { once } from 'node:events'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** One event of a stream, as `text/event-stream` has it. */
export interface StreamEvent {
  event: string
  /** What a client that comes back after a break says it has seen. */
  id?: string
  data: unknown
}

/** Comments this often keep proxies from cutting a quiet stream off; most wait for 60 s. */
const KEEP_ALIVE_MS = 15_000
/** What a browser waits before it comes back after a break. */
const RETRY_MS = 2_000

/** Ends every open stream when the server stops, which would otherwise wait for them. */
export function endStreamsWith(server: FastifyInstance): AbortSignal {
  const stopping = new AbortController()
  server.addHook('preClose', async () => stopping.abort())
  return stopping.signal
}

/**
 * Answers with server-sent events until there are no more, the client leaves, or `stopping`. `events`
 * is told by its signal when to stop. A fault in it ends the stream, and the client comes back.
 */
export async function sendEvents(
  reply: FastifyReply,
  stopping: AbortSignal,
  events: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
): Promise<void> {
  const { raw, log } = reply
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, stopping])
  reply.hijack()
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would collect what comes in, and pass it on at the end.
    'x-accel-buffering': 'no',
  })
  raw.write(`retry: ${RETRY_MS}\n\n`)
  const keepAlive = setInterval(() => raw.write(': still here\n\n'), KEEP_ALIVE_MS)
  try {
    for await (const event of events(signal)) {
      if (!raw.write(frame(event))) await once(raw, 'drain', { signal })
    }
  } catch (err) {
    if (!signal.aborted) log.error({ err }, 'a stream of events broke off')
  } finally {
    clearInterval(keepAlive)
    raw.end()
  }
}

/** JSON has no line breaks, so the data is one line. */
function frame({ event, id, data }: StreamEvent): string {
  return `event: ${event}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`
}

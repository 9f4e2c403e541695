import { once } from 'node:events'
import type { FastifyReply } from 'fastify'
import { disconnectSignal } from './signals.ts'

/** One server-sent event. */
export interface StreamEvent {
  event: string
  /** A client that reconnects sends it as `Last-Event-ID`. */
  id?: string
  data: unknown
}

/** Comments at this interval keep proxies from closing an idle stream; most wait for 60 s. */
const KEEP_ALIVE_MS = 15_000
/** How long a browser waits before it reconnects. */
const RETRY_MS = 2_000

/**
 * Sends events until the iterable ends, the client disconnects or `stopping` aborts. `events` gets a
 * signal that aborts in the last two cases. An error in it ends the stream, and the client reconnects.
 */
export async function sendEvents(
  reply: FastifyReply,
  stopping: AbortSignal,
  events: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
): Promise<void> {
  const { raw, log } = reply
  const signal = AbortSignal.any([disconnectSignal(reply), stopping])
  reply.hijack()
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // Keeps nginx from buffering the stream.
    'x-accel-buffering': 'no',
  })
  raw.write(`retry: ${RETRY_MS}\n\n`)
  const keepAlive = setInterval(() => raw.write(': keep-alive\n\n'), KEEP_ALIVE_MS)
  try {
    for await (const event of events(signal)) {
      if (!raw.write(formatEvent(event))) await once(raw, 'drain', { signal })
    }
  } catch (err) {
    if (!signal.aborted) log.error({ err }, 'Event stream failed')
  } finally {
    clearInterval(keepAlive)
    raw.end()
  }
}

/** Formats one event. `JSON.stringify` writes no line breaks, so `data` is one line. */
function formatEvent({ event, id, data }: StreamEvent): string {
  return `event: ${event}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`
}

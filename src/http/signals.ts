import type { FastifyInstance, FastifyReply } from 'fastify'

/** Aborts when the server stops, so that long answers do not delay the stop. */
export function stopSignal(server: FastifyInstance): AbortSignal {
  const stopping = new AbortController()
  server.addHook('preClose', async () => stopping.abort(new Error('the service is stopping')))
  return stopping.signal
}

/** Aborts when the client disconnects, or when the answer is complete. */
export function disconnectSignal({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const disconnected = new AbortController()
  raw.once('close', () => disconnected.abort())
  return disconnected.signal
}

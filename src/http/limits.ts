import type { FastifyInstance } from 'fastify'

/** What one client, or all of them, may take of this process. */
export interface ServerLimits {
  /** Milliseconds in which a request must have arrived; half of them for its headers. */
  requestMs: number
  /** Connections at once. */
  connections: number
}

/** One line for each that is turned away would be a flood as well. */
const LINE_EVERY_MS = 60_000

/**
 * For Fastify: what arrives too slowly is answered 408 and closed, a connection that sends nothing as
 * well. Streams of events last longer: their request has arrived long since.
 */
export function timeouts({ requestMs }: Pick<ServerLimits, 'requestMs'>) {
  return {
    requestTimeout: requestMs,
    http: {
      headersTimeout: requestMs / 2,
      connectionsCheckingInterval: Math.min(1_000, requestMs / 4),
    },
  }
}

/** Turns away connections past the limit, and says so once a minute. */
export function limitConnections(server: FastifyInstance, connections: number): void {
  let silentUntil = 0
  server.server.maxConnections = connections
  server.server.on('drop', () => {
    if (performance.now() < silentUntil) return
    silentUntil = performance.now() + LINE_EVERY_MS
    server.log.warn({ connections }, 'too many connections: further ones are turned away')
  })
}

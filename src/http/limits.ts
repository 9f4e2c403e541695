import type { FastifyInstance } from 'fastify'

/** Limits on what clients may use of this process. */
export interface ServerLimits {
  /** Milliseconds for a whole request to arrive; its headers have half of them. */
  requestMs: number
  /** Concurrent connections. */
  connections: number
}

/** Limits the log: one line for each refused connection would be a flood, too. */
const LOG_EVERY_MS = 60_000

/**
 * Fastify options: a request that arrives too slowly gets a 408, and an idle connection is closed.
 * Event streams are not affected, because their request has arrived.
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

/** Refuses connections above the limit and logs it at most once a minute. */
export function limitConnections(server: FastifyInstance, connections: number): void {
  let silentUntil = 0
  server.server.maxConnections = connections
  server.server.on('drop', () => {
    if (performance.now() < silentUntil) return
    silentUntil = performance.now() + LOG_EVERY_MS
    server.log.warn({ connections }, 'Too many connections; refusing new ones')
  })
}

import type { FastifyPluginAsync } from 'fastify'
import { shareReading } from '../shared-reading.ts'

export interface MetricsRouteOptions {
  metrics: { contentType: string; read(): Promise<string> }
}

/** `GET /metrics`: Prometheus text, figures only. */
export const metricsRoute: FastifyPluginAsync<MetricsRouteOptions> = async (
  server,
  { metrics },
) => {
  const read = shareReading(() => metrics.read())
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await read()),
  )
}

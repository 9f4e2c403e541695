import type { FastifyPluginAsync } from 'fastify'
import { coalesce } from '../coalesce.ts'

export interface MetricsRouteOptions {
  metrics: { contentType: string; read(): Promise<string> }
}

/** `GET /metrics`: Prometheus text, numbers only. */
export const metricsRoute: FastifyPluginAsync<MetricsRouteOptions> = async (
  server,
  { metrics },
) => {
  const read = coalesce(() => metrics.read())
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await read()),
  )
}

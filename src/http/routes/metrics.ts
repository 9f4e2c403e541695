import type { FastifyPluginAsync } from 'fastify'

export interface MetricsRouteOptions {
  metrics: { contentType: string; read(): Promise<string> }
}

/** `GET /metrics`: Prometheus text, figures only. */
export const metricsRoute: FastifyPluginAsync<MetricsRouteOptions> = async (
  server,
  { metrics },
) => {
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.read()),
  )
}

import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
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
  server.get(
    '/metrics',
    {
      schema: {
        operationId: 'readMetrics',
        tags: ['Operation'],
        summary: 'Metrics in the format of Prometheus',
        response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
        problems: ['internal_error', 'unavailable'],
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await read()),
  )
}

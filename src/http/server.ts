import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { mailboxRoutes } from '../mailbox/routes.ts'
import { handleError, sendProblem } from './problem.ts'
import { type CronRouteOptions, cronRoute } from './routes/cron.ts'
import { type HealthChecks, healthRoutes } from './routes/health.ts'
import { type MetricsRouteOptions, metricsRoute } from './routes/metrics.ts'
import { type RunRoutesOptions, runRoutes } from './routes/runs.ts'
import { type UnsubscribeOptions, unsubscribeRoutes } from './routes/unsubscribe.ts'
import { type WebhookOptions, webhookRoute } from './routes/webhook.ts'

export interface ServerOptions {
  logger: FastifyBaseLogger
  checks: HealthChecks
  metrics: MetricsRouteOptions['metrics']
  /** Absent on a node that only works. */
  api?: RunRoutesOptions & CronRouteOptions & UnsubscribeOptions
  /** Absent where the webhooks' secret is not known. */
  webhook?: WebhookOptions
  /** Absent where a provider's key is set. */
  mailbox?: Mailbox
}

/** The HTTP server with its routes; it does not listen yet. */
export async function buildServer({
  logger,
  checks,
  metrics,
  api,
  webhook,
  mailbox,
}: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: logger,
    bodyLimit: 1024 * 1024,
    // One line for an answered request is enough; it comes from the hook below.
    logController: new LogController({ disableRequestLogging: true }),
    // Idle connections must not keep a stopping process alive.
    forceCloseConnections: 'idle',
    // Such as an address that cannot be decoded, which reaches no route.
    frameworkErrors: handleError,
  })
  // What is not JSON is refused as such, not as a body without fields.
  server.removeContentTypeParser('text/plain')
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  server.setErrorHandler(handleError)
  server.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      status: 404,
      code: 'not_found',
      title: `there is no ${request.method} ${request.url.split('?')[0]}`,
    }),
  )
  acceptEmptyJson(server)
  server.addHook('onResponse', async (request, reply) => {
    const { method, url } = request.routeOptions
    request.log[reply.statusCode >= 500 ? 'error' : 'debug'](
      { method, route: url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    )
  })

  await server.register(healthRoutes, { checks })
  await server.register(metricsRoute, { metrics })
  if (mailbox) await server.register(mailboxRoutes(mailbox), { prefix: '/mailbox' })
  if (api) {
    await server.register(swagger, {
      openapi: { openapi: '3.1.0', info: { title: 'Tidings', version: '0.1.0' } },
      transform: jsonSchemaTransform,
    })
    await server.register(runRoutes, api)
    await server.register(cronRoute, api)
    await server.register(unsubscribeRoutes, api)
    if (webhook) await server.register(webhookRoute, webhook)
    server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger())
    server.get('/', { schema: { hide: true } }, (_request, reply) =>
      mailbox ? reply.redirect('/mailbox') : reply.send({ service: 'tidings' }),
    )
  }
  return server
}

/** EPTSS's workflow posts `Content-Type: application/json` with nothing in it. */
function acceptEmptyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined)
    return parse(request, body as string, done)
  })
}

import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
} from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { type CronRouteOptions, cronRoute } from './api/cron.ts'
import { type EmailRoutesOptions, emailRoutes } from './api/emails.ts'
import { type ExplainRoutesOptions, explainRoutes } from './api/explain.ts'
import { type HealthChecks, healthRoutes } from './api/health.ts'
import { type MetricsRouteOptions, metricsRoute } from './api/metrics.ts'
import { describeApi } from './api/openapi.ts'
import { type PreviewRouteOptions, previewRoute } from './api/preview.ts'
import { type RunEventsOptions, runEventsRoute } from './api/run-events.ts'
import { type RunRoutesOptions, runRoutes } from './api/runs.ts'
import { type SettingsRoutesOptions, settingsRoutes } from './api/settings.ts'
import { type WebhookOptions, webhookRoute } from './api/webhook.ts'
import { createGuessLimit } from './guess-limit.ts'
import { harden, setAlways } from './harden.ts'
import { limitConnections, type ServerLimits, timeouts } from './limits.ts'
import { handleError, sendProblem } from './problem.ts'
import type { RecipientPagesOptions } from './recipient/recipient-context.ts'
import { recipientPages } from './recipient/recipient-pages.ts'

/** What the routes call; grows by one type a route. */
export type ApiOptions = RunRoutesOptions &
  EmailRoutesOptions &
  CronRouteOptions &
  SettingsRoutesOptions &
  PreviewRouteOptions &
  ExplainRoutesOptions &
  RunEventsOptions & { recipientPages: RecipientPagesOptions }

export interface ServerOptions {
  logger: FastifyBaseLogger
  /** Whose `X-Forwarded-For` is believed: nobody's, everybody's, so many hops', or these addresses'. */
  trustProxy: boolean | number | string[]
  /** Whether clients reach this service by https. */
  https: boolean
  limits: ServerLimits
  checks: HealthChecks
  metrics: MetricsRouteOptions['metrics']
  /** Absent on a node that only works. */
  api?: ApiOptions
  /** Absent where there is no API. */
  dashboard?: FastifyPluginAsync
  /** Absent where the webhooks' secret is not known. */
  webhook?: WebhookOptions
  /** Absent where a provider's key is set. */
  mailbox?: FastifyPluginAsync
}

/** Wrong bearers from one network. More than a client with an old token sends by its usual tries. */
const GUESSES = { points: 60, duration: 60, line: 'somebody calls the API with a wrong token' }

/** The HTTP server with its routes; it does not listen yet. */
export async function buildServer({
  logger,
  trustProxy,
  https,
  limits,
  checks,
  metrics,
  api,
  dashboard,
  webhook,
  mailbox,
}: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: logger,
    // Fastify takes no number of hops: whoever reaches us past the proxy could forge them. So they
    // could with `true`, and some hosts give their proxies no fixed addresses.
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: 1024 * 1024,
    ...timeouts(limits),
    // Whoever comes by a mangled link gets the page that says so.
    routerOptions: { maxParamLength: 1_000 },
    // One line for an answered request is enough; it comes from the hook below.
    logController: new LogController({ disableRequestLogging: true }),
    // Idle connections must not keep a stopping process alive.
    forceCloseConnections: 'idle',
    // Such as an address that cannot be decoded, which reaches no route.
    frameworkErrors: (error, request, reply) =>
      handleError(error, request, setAlways(reply, https)),
  })
  limitConnections(server, limits.connections)
  harden(server, { https })
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
  const known = Object.values(api?.tokens ?? {}).flat()
  server.decorate('bearerGuard', { guesses: createGuessLimit(GUESSES), known })
  server.addHook('onResponse', async (request, reply) => {
    const { method, url } = request.routeOptions
    request.log[reply.statusCode >= 500 ? 'error' : 'debug'](
      { method, route: url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    )
  })

  await server.register(healthRoutes, { checks })
  await server.register(metricsRoute, { metrics })
  if (mailbox) await server.register(mailbox, { prefix: '/mailbox' })
  if (api) {
    await describeApi(server)
    await server.register(runRoutes, api)
    await server.register(runEventsRoute, api)
    await server.register(emailRoutes, api)
    await server.register(cronRoute, api)
    await server.register(settingsRoutes, api)
    await server.register(recipientPages, api.recipientPages)
    await server.register(previewRoute, api)
    await server.register(explainRoutes, api)
    if (webhook) await server.register(webhookRoute, webhook)
  }
  if (dashboard) await server.register(dashboard)
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

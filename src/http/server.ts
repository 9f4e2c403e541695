import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
} from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { type ChangeRoutesOptions, changeRoutes } from './api/changes.ts'
import { type CronRouteOptions, cronRoute } from './api/cron.ts'
import { type EmailRoutesOptions, emailRoutes } from './api/emails.ts'
import { type ExplainRoutesOptions, explainRoutes } from './api/explain.ts'
import { type HealthChecks, healthRoutes } from './api/health.ts'
import { type MetricsRouteOptions, metricsRoute } from './api/metrics.ts'
import { describeApi } from './api/openapi.ts'
import { type PreferenceRoutesOptions, preferenceRoutes } from './api/preferences.ts'
import { type PreviewRouteOptions, previewRoute } from './api/preview.ts'
import { type RunEventsOptions, runEventsRoute } from './api/run-events.ts'
import { type RunRoutesOptions, runRoutes } from './api/runs.ts'
import { type SettingsRoutesOptions, settingsRoutes } from './api/settings.ts'
import { type SuppressionRoutesOptions, suppressionRoutes } from './api/suppressions.ts'
import { type WebhookOptions, webhookRoute } from './api/webhook.ts'
import { createGuessLimit } from './guess-limit.ts'
import { harden, setSecurityHeaders } from './harden.ts'
import { limitConnections, type ServerLimits, timeouts } from './limits.ts'
import { answerUnknownRoutes } from './not-found.ts'
import { createErrorHandler, type IsUnavailable } from './problem.ts'
import type { RecipientPagesOptions } from './recipient/recipient-context.ts'
import { recipientPages } from './recipient/recipient-pages.ts'

/** What the API's routes need. */
export type ApiOptions = RunRoutesOptions &
  EmailRoutesOptions &
  CronRouteOptions &
  SettingsRoutesOptions &
  PreferenceRoutesOptions &
  SuppressionRoutesOptions &
  ChangeRoutesOptions &
  PreviewRouteOptions &
  ExplainRoutesOptions &
  RunEventsOptions & { recipientPages: RecipientPagesOptions }

export interface ServerOptions {
  logger: FastifyBaseLogger
  /** Trust in `X-Forwarded-For`: none, all, this many hops, or these addresses. */
  trustProxy: boolean | number | string[]
  /** Whether clients reach this service by https. */
  https: boolean
  limits: ServerLimits
  isUnavailable: IsUnavailable
  checks: HealthChecks
  metrics: MetricsRouteOptions['metrics']
  /** Absent on a node with `ROLE=worker`. */
  api?: ApiOptions
  /** Absent without the API. */
  dashboard?: FastifyPluginAsync
  /** Absent without `RESEND_WEBHOOK_SECRET`. */
  webhook?: WebhookOptions
  /** Absent if `RESEND_API_KEY` is set. */
  mailbox?: FastifyPluginAsync
}

/** Wrong tokens from one network. A client with an outdated token stays below this. */
const GUESSES = { points: 60, duration: 60, logMessage: 'API request with a wrong token' }

/** Builds the HTTP server with its routes; it does not listen yet. */
export async function buildServer({
  logger,
  trustProxy,
  https,
  limits,
  isUnavailable,
  checks,
  metrics,
  api,
  dashboard,
  webhook,
  mailbox,
}: ServerOptions): Promise<FastifyInstance> {
  const handleError = createErrorHandler(isUnavailable)
  const server = Fastify({
    loggerInstance: logger,
    // Fastify rejects a number of hops, because a client that bypasses the proxy can forge them. So it
    // can with `true`, and some platforms have no fixed proxy addresses.
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: 1024 * 1024,
    ...timeouts(limits),
    // Lets a mangled recipient link reach the page for invalid links.
    routerOptions: { maxParamLength: 1_000 },
    // The `onResponse` hook logs one line for each request.
    logController: new LogController({ disableRequestLogging: true }),
    // Idle connections must not delay a stop.
    forceCloseConnections: 'idle',
    // Errors before routing, such as a URL that cannot be decoded.
    frameworkErrors: (error, request, reply) =>
      handleError(error, request, setSecurityHeaders(reply, https)),
  })
  limitConnections(server, limits.connections)
  harden(server, { https })
  // Refuses text/plain with 415 instead of validating it as a body without fields.
  server.removeContentTypeParser('text/plain')
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  server.setErrorHandler(handleError)
  answerUnknownRoutes(server)
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

  if (api) await describeApi(server)
  await server.register(healthRoutes, { checks })
  await server.register(metricsRoute, { metrics })
  if (mailbox) await server.register(mailbox, { prefix: '/mailbox' })
  if (api) {
    await server.register(runRoutes, api)
    await server.register(runEventsRoute, api)
    await server.register(emailRoutes, api)
    await server.register(cronRoute, api)
    await server.register(settingsRoutes, api)
    await server.register(preferenceRoutes, api)
    await server.register(suppressionRoutes, api)
    await server.register(changeRoutes, api)
    await server.register(recipientPages, api.recipientPages)
    await server.register(previewRoute, api)
    await server.register(explainRoutes, api)
    if (webhook) await server.register(webhookRoute, webhook)
  }
  if (dashboard) await server.register(dashboard)
  return server
}

/** EPTSS's workflow posts `Content-Type: application/json` with an empty body. */
function acceptEmptyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined)
    return parse(request, body as string, done)
  })
}

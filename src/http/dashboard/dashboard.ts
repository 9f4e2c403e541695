import formbody from '@fastify/formbody'
import type { FastifyError, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { problems, sendProblem } from '../problem.ts'
import { stopSignal } from '../signals.ts'
import { serveAssets } from './assets.ts'
import type { DashboardContext } from './context.ts'
import type { DashboardOptions } from './options.ts'
import { sendErrorPage, unknownPage } from './pages/error.ts'
import { createFrame } from './pages/frame.ts'
import { doctorRoutes } from './routes/doctor.ts'
import { emailRoutes } from './routes/emails.ts'
import { nowRoutes } from './routes/now.ts'
import { runRoutes } from './routes/runs.ts'
import { sendingRoutes } from './routes/sending.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { signInLinkRoutes } from './routes/sign-in-link.ts'
import { suppressionRoutes } from './routes/suppressions.ts'
import { userRoutes } from './routes/users.ts'
import { isSameOrigin } from './same-origin.ts'
import { sendPage } from './send-page.ts'
import { createSendingStateReader } from './sending-state.ts'
import { createSessions, type Session } from './session.ts'

/** The pages at `/`, behind a sign-in. They work without JavaScript and need no build step. */
export const dashboard: FastifyPluginAsync<DashboardOptions> = async (server, options) => {
  const https = options.publicUrl.startsWith('https:')
  const { apiTokens, readTokens, sessions: store } = options
  const sessions = await createSessions(server, { apiTokens, readTokens, store, https })
  const signedIn = new WeakMap<FastifyRequest, Session>()
  const sessionOf = (request: FastifyRequest) => {
    const session = signedIn.get(request)
    if (!session) throw new Error('a page was rendered without a session')
    return session
  }
  await server.register(formbody, { bodyLimit: 16_384 })
  const sendingState = createSendingStateReader(options)
  const frame = createFrame(options, serveAssets(server), sendingState.latest)
  const context: DashboardContext = {
    options,
    frame,
    sessions,
    sessionOf,
    sendingState,
    stopping: stopSignal(server),
  }

  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'Dashboard page failed')
    return sendErrorPage(reply, frame, status)
  })
  if (server.notFoundPage) {
    // A browser that is not signed in may see it, so it says nothing about the service.
    server.notFoundPage.send = reply => sendPage(reply.code(404), unknownPage(frame))
  }
  signInRoutes(server, context)
  if (options.signInLinks) signInLinkRoutes(server, options.signInLinks, context)

  await server.register(async pages => {
    pages.addHook('onRequest', async (request, reply) => {
      const session = await sessions.find(request)
      if (!session) {
        // Only a browser that loads a page can follow the redirect; a script gets a problem.
        if (request.headers.accept?.includes('text/html')) {
          const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : ''
          return reply.redirect(request.url === '/' ? '/sign-in' : `/sign-in${next}`, 303)
        }
        return sendProblem(reply, { ...problems.unauthorized, title: 'Sign in first' })
      }
      if (request.method === 'POST' && !isSameOrigin(request, options.publicUrl)) {
        return sendErrorPage(reply, frame, 403)
      }
      if (request.method !== 'GET' && request.method !== 'HEAD' && session.readOnly) {
        return sendErrorPage(reply, frame, 403, 'read_only')
      }
      signedIn.set(request, session)
      await sendingState.refresh()
    })
    nowRoutes(pages, context)
    runRoutes(pages, context)
    emailRoutes(pages, context)
    userRoutes(pages, context)
    sendingRoutes(pages, context)
    doctorRoutes(pages, context)
    suppressionRoutes(pages, context)
  })
}

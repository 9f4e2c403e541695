import formbody from '@fastify/formbody'
import type { FastifyError, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { problems, sendProblem } from '../problem.ts'
import { stopSignal } from '../signals.ts'
import { serveAssets } from './assets.ts'
import type { DashboardContext } from './context.ts'
import type { DashboardOptions } from './options.ts'
import { faultPage } from './pages/fault.ts'
import { createFrame } from './pages/frame.ts'
import { emailRoutes } from './routes/emails.ts'
import { nowRoutes } from './routes/now.ts'
import { runRoutes } from './routes/runs.ts'
import { sendingRoutes } from './routes/sending.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { signInLinkRoutes } from './routes/sign-in-link.ts'
import { userRoutes } from './routes/users.ts'
import { isFromOurPages } from './same-origin.ts'
import { sendPage } from './send-page.ts'
import { keepSessions, type Session } from './session.ts'

/** The pages at `/` for who signs in with the token. They work without JavaScript and without a build. */
export const dashboard: FastifyPluginAsync<DashboardOptions> = async (server, options) => {
  const https = options.publicUrl.startsWith('https:')
  const { apiTokens, readTokens, sessions: store } = options
  const sessions = await keepSessions(server, { apiTokens, readTokens, store, https })
  const signedIn = new WeakMap<FastifyRequest, Session>()
  const sessionOf = (request: FastifyRequest) => {
    const session = signedIn.get(request)
    if (!session) throw new Error('a page was shown to who is not signed in')
    return session
  }
  await server.register(formbody, { bodyLimit: 16_384 })
  const frame = createFrame(options, serveAssets(server))
  const parts: DashboardContext = {
    options,
    frame,
    sessions,
    sessionOf,
    stopping: stopSignal(server),
  }

  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'a page failed')
    return sendPage(reply.code(status), faultPage(frame, status))
  })
  signInRoutes(server, parts)
  if (options.signInLinks) signInLinkRoutes(server, options.signInLinks, parts)

  await server.register(async pages => {
    pages.addHook('onRequest', async (request, reply) => {
      const session = await sessions.find(request)
      if (!session) {
        // A script that asks in the background can make nothing of a page.
        if (request.headers.accept?.includes('text/html')) {
          const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : ''
          return reply.redirect(request.url === '/' ? '/sign-in' : `/sign-in${next}`, 303)
        }
        return sendProblem(reply, { ...problems.unauthorized, title: 'Sign in first' })
      }
      if (request.method === 'POST' && !isFromOurPages(request, options.publicUrl)) {
        return sendPage(reply.code(403), faultPage(frame, 403))
      }
      if (request.method !== 'GET' && request.method !== 'HEAD' && session.readOnly) {
        return sendPage(reply.code(403), faultPage(frame, 403, 'read_only'))
      }
      signedIn.set(request, session)
    })
    nowRoutes(pages, parts)
    runRoutes(pages, parts)
    emailRoutes(pages, parts)
    userRoutes(pages, parts)
    sendingRoutes(pages, parts)
  })
}

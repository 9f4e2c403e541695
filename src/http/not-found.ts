import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problem.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Set by the dashboard, if there is one. */
    notFoundPage?: { send?: (reply: FastifyReply) => FastifyReply }
  }
}

/** Programs call these paths, whatever they accept. */
const FOR_PROGRAMS = /^\/(v1|api|webhooks|health|metrics|openapi\.json|assets)(\/|$)/

/** Answers requests without a route: browsers that open a page get one, all others a problem. */
export function answerUnknownRoutes(server: FastifyInstance): void {
  const page: NonNullable<FastifyInstance['notFoundPage']> = {}
  server.decorate('notFoundPage', page)
  server.setNotFoundHandler((request, reply) => {
    if (page.send && wantsPage(request)) return page.send(reply)
    return sendProblem(reply, {
      status: 404,
      code: 'not_found',
      title: `No such route: ${request.method} ${pathOf(request)}`,
    })
  })
}

function wantsPage(request: FastifyRequest): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const accepts = request.headers.accept?.includes('text/html') ?? false
  return isRead && accepts && !FOR_PROGRAMS.test(pathOf(request))
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0] ?? url
}

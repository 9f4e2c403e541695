import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DashboardContext } from '../context.ts'
import { signInPage } from '../pages/sign-in.ts'
import { signInLinkPage } from '../pages/sign-in-link.ts'
import { isFromOurPages } from '../same-origin.ts'
import { sendPage } from '../send-page.ts'
import { LINK_PATH, type SignInLinks } from '../sign-in-links.ts'
import { single } from '../single.ts'

/**
 * `GET /sign-in/link?code=…` shows a form that submits itself, and only its `POST` spends the code: what
 * fetches an address ahead, such as a preview of links, spends nothing. Both answer this machine alone.
 */
export function signInLinkRoutes(
  server: FastifyInstance,
  links: SignInLinks,
  { options, frame, sessions }: Pick<DashboardContext, 'options' | 'frame' | 'sessions'>,
): void {
  const refuse = (fault: string) => signInPage({ frame, options, next: '/', fault })

  server.get<{ Querystring: { code?: unknown } }>(LINK_PATH, async (request, reply) => {
    if (await sessions.find(request)) return reply.redirect('/', 303)
    if (!isFromThisMachine(request)) {
      return sendPage(reply.code(403), refuse('This link works only on the machine of the demo.'))
    }
    return sendPage(reply, signInLinkPage(frame, single(request.query.code)))
  })

  server.post<{ Body: Record<string, unknown> | undefined }>(
    LINK_PATH,
    { bodyLimit: 1_024 },
    async (request, reply) => {
      if (!isFromThisMachine(request) || !isFromOurPages(request, options.publicUrl)) {
        return sendPage(reply.code(403), refuse('Please open the link on the machine of the demo.'))
      }
      if (!links.redeem(single(request.body?.code))) {
        // Such as after the browser's Back.
        if (await sessions.find(request)) return reply.redirect('/', 303)
        const fault = 'This link has expired or was used already. Sign in with the token.'
        return sendPage(reply.code(401), refuse(fault))
      }
      await sessions.open(request, reply, options.apiTokens[0] ?? '')
      return reply.redirect('/', 303)
    },
  )
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
/** A page of another site may have its name lead here (DNS rebinding), but it keeps its name. */
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/** Whether the connection itself comes from here; TRUST_PROXY has no say, and a proxy is not here. */
function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  const isForwarded = 'forwarded' in headers || 'x-forwarded-for' in headers
  return (
    !isForwarded && LOOPBACK.test(socket.remoteAddress ?? '') && LOCAL_HOST.test(headers.host ?? '')
  )
}

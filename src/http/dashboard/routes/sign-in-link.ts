import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DashboardContext } from '../context.ts'
import { signInLinkPage, signInPage } from '../pages/sign-in.ts'
import { isSameOrigin } from '../same-origin.ts'
import { sendPage } from '../send-page.ts'
import { LINK_PATH, type SignInLinks } from '../sign-in-links.ts'
import { single } from '../single.ts'

/**
 * `GET /sign-in/link?code=…` shows a form that submits itself; only its `POST` uses up the code. A link
 * preview that fetches the URL does not. Both are available only on this machine.
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
      return sendPage(reply.code(403), refuse(WRONG_MACHINE))
    }
    return sendPage(reply, signInLinkPage(frame, single(request.query.code)))
  })

  server.post<{ Body: Record<string, unknown> | undefined }>(
    LINK_PATH,
    { bodyLimit: 1_024 },
    async (request, reply) => {
      if (!isFromThisMachine(request) || !isSameOrigin(request, options.publicUrl)) {
        return sendPage(reply.code(403), refuse(WRONG_MACHINE))
      }
      if (!links.redeem(single(request.body?.code))) {
        // Already signed in, for example after the browser's Back button.
        if (await sessions.find(request)) return reply.redirect('/', 303)
        const fault = 'This link has expired or was used before. Sign in with the token.'
        return sendPage(reply.code(401), refuse(fault))
      }
      await sessions.open(request, reply, options.apiTokens[0] ?? '')
      return reply.redirect('/', 303)
    },
  )
}

const WRONG_MACHINE = 'This link works only on the machine that runs the demo.'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
/** With DNS rebinding, another site's name resolves to this machine; the Host header gives it away. */
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/** Whether the request comes from this machine without a proxy, regardless of TRUST_PROXY. */
function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  const isForwarded = 'forwarded' in headers || 'x-forwarded-for' in headers
  return (
    !isForwarded && LOOPBACK.test(socket.remoteAddress ?? '') && LOCAL_HOST.test(headers.host ?? '')
  )
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Who may access the mailbox. */
export interface AccessOptions {
  /** Host names of the mailbox, besides those of this machine. */
  hosts?: string[]
  /** Whether a token authorizes the request. Absent: no token is needed. */
  admits?: (token: string, request: FastifyRequest) => Promise<boolean>
}

/** Why a request is refused. */
export type Refusal = 'host' | 'origin' | 'token'

/**
 * Allows only requests to this machine's host names and to `hosts`. This prevents DNS rebinding, where an
 * attacker's host name resolves to this machine.
 */
export function restrictAccess(
  app: FastifyInstance,
  { hosts = [], admits }: AccessOptions,
  refuse: (reply: FastifyReply, refusal: Refusal) => FastifyReply,
): void {
  const isAllowedHost = (url: string) => {
    if (!URL.canParse(url)) return false
    const { hostname } = new URL(url)
    const name = hostname.replace(/\.$/, '')
    return isThisMachine(name) || hosts.includes(name)
  }
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin, authorization } = request.headers
    if (!host || !isAllowedHost(`http://${host}`)) return refuse(reply.code(403), 'host')
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead && origin !== undefined && !isAllowedHost(origin)) {
      return refuse(reply.code(403), 'origin')
    }
    if (admits && !(await admits(tokenIn(authorization), request))) {
      return refuse(reply.code(401), 'token')
    }
  })
}

function isThisMachine(name: string): boolean {
  return name === '[::1]' || /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+)$/.test(name)
}

/** Reads a bearer token (an API key), or the password of basic authentication (a browser). */
function tokenIn(authorization = ''): string {
  const [scheme = '', given = ''] = authorization.trim().split(/ +/, 2)
  if (scheme.toLowerCase() === 'bearer') return given
  if (scheme.toLowerCase() !== 'basic') return ''
  const pair = Buffer.from(given, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

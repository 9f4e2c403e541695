import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Who may come to the mailbox. */
export interface AccessOptions {
  /** Names at which it is reached, besides those of this machine. */
  hosts?: string[]
  /** Whether a token opens it for this request. Absent: it needs none. */
  admits?: (token: string, request: FastifyRequest) => Promise<boolean>
}

/** Why a request is refused. */
export type Refusal = 'host' | 'origin' | 'token'

/**
 * Lets in who asks for a name of this machine, or for one that is known. The browser of somebody who
 * reads a page of an attacker sends the attacker's name, also once that name leads here (DNS rebinding).
 */
export function restrictAccess(
  app: FastifyInstance,
  { hosts = [], admits }: AccessOptions,
  refuse: (reply: FastifyReply, refusal: Refusal) => FastifyReply,
): void {
  const isOurs = (url: string) => {
    if (!URL.canParse(url)) return false
    const { hostname } = new URL(url)
    const name = hostname.replace(/\.$/, '')
    return isThisMachine(name) || hosts.includes(name)
  }
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin, authorization } = request.headers
    if (!host || !isOurs(`http://${host}`)) return refuse(reply.code(403), 'host')
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (!isReading && origin !== undefined && !isOurs(origin)) {
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

/** As a bearer, which is a key of the API, or as the password that a browser asks for. */
function tokenIn(authorization = ''): string {
  const [scheme = '', given = ''] = authorization.trim().split(/ +/, 2)
  if (scheme.toLowerCase() === 'bearer') return given
  if (scheme.toLowerCase() !== 'basic') return ''
  const pair = Buffer.from(given, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

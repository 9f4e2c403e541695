import type { FastifyRequest } from 'fastify'

/**
 * Whether a form was sent by a page of ours. Browsers tell by `Sec-Fetch-Site` where the connection is
 * secure, else by `Origin`; who tells neither is none. Source: OWASP, CSRF prevention, fetch metadata.
 */
export function isFromOurPages(request: FastifyRequest, publicUrl: string): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers
  if (site !== undefined) return site === 'same-origin'
  if (origin === undefined || !URL.canParse(origin)) return false
  const { host } = new URL(origin)
  return host === request.headers.host || host === new URL(publicUrl).host
}

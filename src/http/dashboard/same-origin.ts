import type { FastifyRequest } from 'fastify'

/**
 * Whether a form came from this dashboard. Browsers send `Sec-Fetch-Site` on secure connections, else
 * `Origin`; a request without either is refused. Source: OWASP, CSRF prevention, fetch metadata.
 */
export function isSameOrigin(request: FastifyRequest, publicUrl: string): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers
  if (site !== undefined) return site === 'same-origin'
  if (origin === undefined || !URL.canParse(origin)) return false
  const { host } = new URL(origin)
  return host === request.headers.host || host === new URL(publicUrl).host
}

import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

/** Describes the routes that are registered after it: `/openapi.json`, and `/docs` to read and to try. */
export async function describeApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tidings', version },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: route => {
      const { schema, url } = jsonSchemaTransform(route)
      return { url, schema: needsBearer(url) ? { ...schema, security: [{ bearer: [] }] } : schema }
    },
  })
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: POLICY,
    theme: { title: 'Tidings API' },
    // Its own bar is a field for the address of another API.
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list' },
  })
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger())
}

const needsBearer = (url: string) => /^\/(v1|api)\//.test(url)

/** Swagger UI sets styles from its script, and draws its icons from data. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

/** Serves `/openapi.json` and `/docs` for all routes that are registered later. */
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
    // The standard layout adds a field for the URL of another API.
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list' },
  })
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger())
}

const needsBearer = (url: string) => /^\/(v1|api)\//.test(url)

/** Swagger UI sets inline styles and uses `data:` icons. */
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

import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { readVersion } from '../../core/version.ts'
import { serveDocsPage } from './docs-page.ts'
import { problemSchemas, problemsOf, tags } from './operation.ts'
import type { ProblemCode } from './problem-schema.ts'

/** Serves `/openapi.json` and `/docs` for all routes with a tag that are registered later; pages have none. */
export async function describeApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tidings', version: readVersion() },
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: describeRoute,
    transformObject: document => withUsedSchemas(jsonSchemaTransformObject(document)),
  })
  serveDocsPage(server)
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger())
}

/** One answer, as @fastify/swagger takes it; a JSON schema stands for `application/json`. */
interface Answer {
  type?: string
  description?: string
  content?: Record<string, { schema: object }>
}

const describeRoute: typeof jsonSchemaTransform = route => {
  if (!route.schema?.tags) return { schema: { hide: true }, url: route.url }
  const { unvalidated, problems: _problems, ...given } = route.schema
  const { schema, url } = jsonSchemaTransform({ ...route, schema: { ...given, ...unvalidated } })
  const needsBearer = /^\/(v1|api)\//.test(url)
  const codes = problemsOf(route.schema, needsBearer)
  const response = describeAnswers(codes, schema.response as Record<string, Answer>)
  return {
    url,
    schema: { ...schema, response, ...(needsBearer && { security: [{ bearer: [] }] }) },
  }
}

function describeAnswers(codes: ProblemCode[], response: Record<string, Answer>) {
  const answers: Record<string, Answer> = {}
  for (const [status, answer] of Object.entries(response)) {
    const content = answer.content ?? { 'application/json': { schema: answer } }
    answers[status] = answer.type === 'null' ? answer : { content }
  }
  for (const [status, schema] of problemSchemas(codes)) {
    // The cron route refuses a token in the format of another program.
    if (status === 401 && answers[status]) continue
    const { content } = answers[status] ?? {}
    answers[status] = { content: { ...content, 'application/problem+json': { schema } } }
  }
  for (const [status, answer] of Object.entries(answers)) {
    const headers = answerHeaders[status]
    answers[status] = {
      description: STATUS_CODES[status] ?? '',
      ...answer,
      ...(headers && { headers }),
    }
  }
  return answers
}

const retryAfter = { 'retry-after': { type: 'integer', description: 'Seconds' } }
/** The headers of an answer, by status. */
const answerHeaders: Record<string, object> = {
  202: { location: { type: 'string', description: 'The run: `/v1/runs/{id}`' } },
  429: retryAfter,
  503: retryAfter,
}

/** Without the schemas of requests, which are written out in their operations. */
function withUsedSchemas<T extends object>(document: T): T {
  const { paths, components } = document as { paths?: object; components?: { schemas?: object } }
  const schemas: Record<string, unknown> = { ...components?.schemas }
  const used = new Set<string>()
  const collect = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(
      /"#\/components\/schemas\/(\w+)"/g,
    )) {
      if (used.has(name)) continue
      used.add(name)
      collect(schemas[name])
    }
  }
  collect(paths)
  const kept = Object.entries(schemas).filter(([name]) => used.has(name))
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } }
}

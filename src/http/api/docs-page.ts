import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { tokens } from '../../html/design-tokens.ts'
import { document } from '../../html/document.ts'
import { type Html, html } from '../../html/html.ts'
import { describeType, isRequired, type JsonSchema } from './docs-schema.ts'
import { tags } from './operation.ts'

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security?: unknown
  parameters?: { name: string; in: string; required?: boolean; schema: JsonSchema }[]
  requestBody?: { content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>
}

interface ApiDocument {
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema> }
}

/** `GET /docs`: the API for readers. It needs no script and loads nothing from another host. */
export function serveDocsPage(server: FastifyInstance): void {
  let page: string | undefined
  server.get('/docs', { schema: { hide: true } }, async (_request, reply) => {
    page ??= renderPage(server.swagger() as unknown as ApiDocument).toString()
    return reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': POLICY })
      .send(page)
  })
  const style = tokens + readFileSync(new URL('../../../assets/docs.css', import.meta.url), 'utf8')
  server.get('/docs/style.css', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(style),
  )
}

function renderPage({ info, paths, components }: ApiDocument): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
  const groups = Object.entries(tags)
    .map(([tag, meaning]) => ({
      tag,
      meaning,
      its: operations.filter(({ operation }) => operation.tags.includes(tag)),
    }))
    // Without a webhook's secret its route does not exist.
    .filter(({ its }) => its.length > 0)
  return document({
    lang: 'en',
    title: `${info.title} API`,
    head: html`<link rel="stylesheet" href="docs/style.css">`,
    body: html`<header><h1>${info.title} API ${info.version}</h1>
<p>The same as OpenAPI 3.1: <a href="openapi.json">openapi.json</a></p></header>
<nav aria-label="Operations">${groups.map(
      ({ tag, its }) => html`<h2>${tag}</h2>
<ul>${its.map(({ call, operation }) => html`<li><a href="#${operation.operationId}"><code>${call}</code></a></li>`)}</ul>`,
    )}</nav>
<main>${groups.map(
      ({ tag, meaning, its }) => html`<section><h2>${tag}</h2><p>${meaning}</p>
${its.map(({ call, operation }) => renderOperation(call, operation))}</section>`,
    )}
<section><h2>Schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => renderSchema(name, schema))}</section></main>`,
  })
}

function renderOperation(call: string, operation: Operation): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const [body] = Object.values(requestBody?.content ?? {})
  const fields = [
    ...parameters.map(({ name, in: place, required, schema }) =>
      renderField(name, schema, required ? `${place}, required` : place),
    ),
    ...Object.entries(body?.schema.properties ?? {}).map(([name, schema]) =>
      renderField(name, schema, isRequired(body?.schema ?? {}, name) ? 'body, required' : 'body'),
    ),
  ]
  return html`<article><h3 id="${operationId}"><code>${call}</code></h3>
<p>${summary}. ${description}</p>
<p><code>${operationId}</code>${operation.security ? ', with a bearer token' : ', without a token'}</p>
${fields.length > 0 && renderTable(['parameter', 'in', 'type', 'meaning'], fields)}
${renderTable(['status', 'answer', 'type or codes'], Object.entries(responses).flatMap(renderAnswer))}
</article>`
}

function renderField(name: string, schema: JsonSchema, place: string): Html {
  const fallback =
    schema.default === undefined ? '' : ` (default ${JSON.stringify(schema.default)})`
  return html`<tr><th scope="row"><code>${name}</code></th><td>${place}</td>
<td><code>${describeType(schema)}</code></td><td>${schema.description}${fallback}</td></tr>`
}

function renderAnswer([status, { content }]: [string, Operation['responses'][string]]): Html[] {
  const row = (type: string, what: Html) =>
    html`<tr><th scope="row">${status}</th><td>${type}</td><td><code>${what}</code></td></tr>`
  if (!content) return [row('empty', html``)]
  return Object.entries(content).map(([type, { schema }]) => row(type, describeAnswer(schema)))
}

/** A problem is described by its codes. */
function describeAnswer(schema: JsonSchema & { allOf?: JsonSchema[] }): Html {
  const codes = schema.allOf?.[1]?.properties?.code?.enum
  return codes ? html`${codes.join(', ')}` : describeType(schema)
}

function renderSchema(name: string, schema: JsonSchema): Html {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([field, type]) => html`<tr><th scope="row"><code>${field}</code></th>
<td><code>${describeType(type)}</code></td><td>${type.description}</td></tr>`,
  )
  return html`<article><h3 id="${name}">${name}</h3>
${renderTable(['field', 'type', 'meaning'], fields)}</article>`
}

function renderTable(heads: string[], rows: Html[]): Html {
  return html`<table><thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`
}

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { pino } from 'pino'
import { beforeAll, expect, test } from 'vitest'
import type { ZodObject } from 'zod'
import { createMetrics } from '../../src/app/metrics/metrics.ts'
import { reasons } from '../../src/core/scan/reasons.ts'
import { problemsOf } from '../../src/http/api/operation.ts'
import { problemStatus } from '../../src/http/api/problem-schema.ts'
import { dashboard } from '../../src/http/dashboard/dashboard.ts'
import type { DashboardOptions } from '../../src/http/dashboard/options.ts'
import { buildServer, type ServerOptions } from '../../src/http/server.ts'
import { createMailbox } from '../../src/local/mailbox/mailbox.ts'
import { mailboxRoutes } from '../../src/local/mailbox/routes.ts'
import { codeIn, readPage, rowsOf, sectionsOf } from './markdown.ts'

const page = readPage('docs/api.md')
const sections = sectionsOf(page)

/** Route options by call, in the page's notation: `GET /v1/runs/{id}`. */
let routes: Map<string, RouteOptions>
beforeAll(async () => {
  routes = await readRoutes()
})

test('docs/api.md has every route of the server, and no other', () => {
  const inHeadings = sections.flatMap(({ heading }) => callsIn(heading))
  const inTables = rowsOf(page, 'call').flatMap(row => callsIn(row.call ?? ''))
  const written = [...inHeadings, ...inTables]
  expect(written.toSorted()).toEqual([...routes.keys()].toSorted())
})

test('each call lists its parameters, and no other', () => {
  for (const [call, { schema = {} }] of routes) {
    const shapes = [schema.querystring, schema.body, schema.headers] as (ZodObject | undefined)[]
    const names = shapes.flatMap(shape => Object.keys(shape?.shape ?? {}))
    const section = sections.find(({ heading }) => callsIn(heading).includes(call))
    const row = rowsOf(page, 'call').find(({ call: cell = '' }) => callsIn(cell).includes(call))
    if (section) {
      const rows = rowsOf(section.text, 'parameter')
      const written = rows.flatMap(({ parameter = '' }) => codeIn(parameter))
      expect(written.toSorted(), call).toEqual(names.toSorted())
    } else {
      // The HTML pages read some parameters without a schema.
      expect(codeIn(row?.parameters ?? ''), call).toEqual(expect.arrayContaining(names))
    }
  }
})

test('the routes of the API, and no pages, are in the OpenAPI document', () => {
  const ids: string[] = []
  for (const [call, { schema }] of routes) {
    const isApi = /^\w+ \/(v1|api|webhooks|health|metrics)(\/|$)/.test(call)
    expect(schema?.tags?.length, call).toBe(isApi ? 1 : undefined)
    if (schema?.operationId) ids.push(schema.operationId)
    if (isApi) expect(schema?.response, call).toBeDefined()
  }
  expect(ids.length).toBeGreaterThan(15)
  expect(new Set(ids).size).toBe(ids.length)
})

test('each call lists the errors that the OpenAPI document has, apart from general ones', () => {
  const general = /^(ctp_.*|too_many_wrong_tokens|internal_error|unavailable)$/
  for (const [call, { schema = {} }] of routes) {
    const section = sections.find(({ heading }) => callsIn(heading).includes(call))
    // The cron route answers in a format of its own.
    if (!section || / \/api\//.test(call)) continue
    const [, line = ''] = /Errors: (.*)$/m.exec(section.text) ?? []
    const written = codeIn(line).filter(code => code in problemStatus && !general.test(code))
    const documented = problemsOf(schema, / \/v1\//.test(call)).filter(code => !general.test(code))
    expect(written.toSorted(), call).toEqual([...new Set(documented)].toSorted())
  }
})

test('the table of error codes has every code that the server answers, and no other', () => {
  const source = ['src/http'].flatMap(filesUnder).map(readText).join('\n')
  const inSource = [...source.matchAll(/\bcode: '([a-z_]+)'/g)].map(([, code]) => code)
  const written = rowsOf(page, 'code').flatMap(row => codeIn(row.code ?? ''))
  // `custom` is a code of zod.
  const codes = [...new Set(inSource)].filter(code => code !== 'custom')
  expect(written.toSorted()).toEqual(codes.toSorted())
})

test('the table of reasons has every reason for a skip, and no other', () => {
  const written = rowsOf(page, 'reason for a skip').map(row =>
    codeIn(row['reason for a skip'] ?? '').join(),
  )
  expect(written.toSorted()).toEqual(Object.keys(reasons).toSorted())
})

test('the table of metrics has every metric of the service, and no other', async () => {
  const text = await createMetrics(async () => ({
    backlog: {},
    operations: {
      lastCompletedRun: null,
      skipped: {},
      oldestBatch: null,

      jobs: [],
    },
    health: {
      ...{ isReadOnly: false, workerSeenAt: null, hasWork: false },
      ...{ failedClaims: null, unanswered: null },
    },
    reputation: null,
    scheduleSeconds: null,
  })).read()
  const inSource = [...text.matchAll(/^# TYPE (tidings_\w+)/gm)].map(([, name]) => name)
  const written = rowsOf(page, 'metric').flatMap(row => codeIn(row.metric ?? ''))
  expect(inSource.length).toBeGreaterThan(5)
  expect(written.map(name => name.replace(/\{.*/, '')).toSorted()).toEqual(inSource.toSorted())
})

/** Builds the whole server with all options, and collects its routes; it does not listen. */
async function readRoutes(): Promise<Map<string, RouteOptions>> {
  const found = new Map<string, RouteOptions>()
  const onRoute = (route: RouteOptions) => {
    const path = route.url.replace(/:(\w+)/g, '{$1}').replace(/(?<=.)\/\*?$/, '')
    for (const method of [route.method].flat()) {
      // Skip HEAD, which comes with each GET, and the style sheet of /docs.
      if (method !== 'HEAD' && !/^\/docs\/./.test(path)) found.set(`${method} ${path}`, route)
    }
  }
  const onServer = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', onRoute)
  subscribe('fastify.initialization', onServer)
  try {
    const server = await buildServer({
      isUnavailable: () => false,
      ...everything(),
      logger: pino({ level: 'silent' }),
      trustProxy: false,
      https: false,
      limits: { requestMs: 30_000, connections: 100 },
      dashboard: server => dashboard(server, dashboardOptions()),
      mailbox: mailboxRoutes(createMailbox()),
    })
    await server.ready()
    await server.close()
  } finally {
    unsubscribe('fastify.initialization', onServer)
  }
  return found
}

/** Only the options that registering the routes needs; no route is called. */
function everything() {
  const tokens = { write: ['api'], read: ['api'], start: ['api'], cron: ['cron'] }
  const app = { name: 'App', url: 'http://localhost:3000' }
  return {
    checks: {},
    metrics: {},
    webhook: {},
    api: { tokens, recipientPages: { app, links: { locale: 'en' } } },
  } as unknown as Pick<ServerOptions, 'checks' | 'metrics' | 'api' | 'webhook'>
}

function dashboardOptions() {
  return {
    apiTokens: ['api'],
    readTokens: [],
    appName: 'App',
    publicUrl: 'http://localhost:3000',
    tokenFile: null,
    signInLinks: {},
  } as unknown as DashboardOptions
}

/** Expands the notation `GET`, `POST /x`, which stands for both methods. */
function callsIn(text: string): string[] {
  const calls: string[] = []
  let methods: string[] = []
  for (const code of codeIn(text)) {
    const [, method, path] = /^([A-Z]+)(?: (\/\S*))?$/.exec(code) ?? []
    if (!method) continue
    methods.push(method)
    if (path) {
      calls.push(...methods.map(each => `${each} ${path}`))
      methods = []
    }
  }
  return calls
}

function filesUnder(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter(name => name.endsWith('.ts')).map(name => join(folder, name))
}

function readText(file: string): string {
  return readFileSync(file, 'utf8')
}

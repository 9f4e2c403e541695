import { expect, test } from 'vitest'
import { type EdgeCases, edgeCases } from '../support/edge-cases.ts'
import { addDueUsers, addNotification, readAttempts } from '../support/host.ts'
import { startLocalService } from '../support/local-service.ts'
import { type Random, seeded } from '../support/random.ts'
import { API_TOKEN, CRON_SECRET } from '../support/service.ts'
import { signIn } from '../support/signed-in.ts'

/** Set FUZZ_REQUESTS=5000 for a long run, FUZZ_SEED to reproduce a failure. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 400)
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)
const CONCURRENCY = 8

interface Route {
  method: string
  /** With `{name}` for variable parts. */
  path: string
  query?: string[]
  body?: { type: string; fields: string[] }
}

const formOf = (...fields: string[]) => ({ type: 'application/x-www-form-urlencoded', fields })
const filter = ['user', 'type', 'outcome', 'from', 'to', 'notification', 'error', 'run', 'cursor']

const dashboard: Route[] = [
  { method: 'GET', path: '/', query: ['did'] },
  { method: 'GET', path: '/live' },
  { method: 'GET', path: '/runs', query: ['cursor'] },
  { method: 'GET', path: '/runs/{id}' },
  { method: 'GET', path: '/runs/{id}/live' },
  { method: 'GET', path: '/emails', query: filter },
  { method: 'GET', path: '/emails', query: filter },
  { method: 'GET', path: '/emails/{id}' },
  { method: 'GET', path: '/emails/{id}/content' },
  { method: 'GET', path: '/people', query: ['q'] },
  { method: 'GET', path: '/people/{id}', query: ['did'] },
  { method: 'GET', path: '/sending', query: ['days', 'type'] },
  { method: 'GET', path: '/suppressions', query: ['q', 'state', 'cursor', 'did'] },
  { method: 'POST', path: '/suppressions', body: formOf('address', 'note', 'user') },
  { method: 'POST', path: '/suppressions/lift', body: formOf('address', 'force', 'user') },
  { method: 'GET', path: '/sign-in', query: ['next'] },
  { method: 'GET', path: '/assets/{name}' },
  { method: 'POST', path: '/runs', body: formOf('type', 'dryRun') },
  { method: 'POST', path: '/lane/resume', body: formOf() },
  { method: 'POST', path: '/people/{id}/settings', body: formOf('emails') },
  { method: 'POST', path: '/people/{id}/emails', body: formOf('type') },
  { method: 'POST', path: '/sign-in', body: formOf('token', 'next') },
]

const jsonOf = (...fields: string[]) => ({ type: 'application/json', fields })
const emailFields = [
  'from',
  'to',
  'cc',
  'subject',
  'html',
  'text',
  'headers',
  'tags',
  'scheduled_at',
]

const mailbox: Route[] = [
  { method: 'GET', path: '/mailbox', query: ['q', 'before'] },
  { method: 'GET', path: '/mailbox/{id}', query: ['view'] },
  { method: 'GET', path: '/mailbox/{id}/html' },
  { method: 'GET', path: '/mailbox/api/emails', query: ['limit', 'after'] },
  { method: 'GET', path: '/mailbox/api/emails/{id}' },
  { method: 'GET', path: '/mailbox/api/domains' },
  { method: 'GET', path: '/mailbox/api/domains/{id}' },
  { method: 'POST', path: '/mailbox/api/emails', body: jsonOf(...emailFields) },
  { method: 'POST', path: '/mailbox/api/emails/batch', body: jsonOf(...emailFields) },
]

const recipientPages: Route[] = [
  { method: 'GET', path: '/unsubscribe/{token}' },
  { method: 'POST', path: '/unsubscribe/{token}' },
  { method: 'GET', path: '/preferences/{token}', query: ['changed'] },
  { method: 'POST', path: '/preferences/{token}', body: formOf('emails') },
]

const documentation: Route[] = ['/openapi.json', '/docs/{x}'].map(path => ({ method: 'GET', path }))

test(`no request causes a 5xx (seed ${SEED})`, {
  timeout: 60_000 + 60 * REQUESTS,
}, async () => {
  const service = await startLocalService()
  const { app, db } = service
  const users = await addDueUsers(db, 3)
  const notification = await addNotification(db, users[0] ?? '')
  const run = await app.runs.start({ type: 'all', trigger: 'http' })
  await expect
    .poll(() => app.runs.find(run.id), { timeout: 20_000 })
    .toMatchObject({
      status: 'completed',
    })
  const attempts = await readAttempts(db)
  expect(attempts.length).toBeGreaterThan(0)
  const cookie = await signIn(service)
  const random = seeded(SEED)
  const ids = [...users, notification, run.id, ...attempts.map(({ id }) => id)]
  const values = edgeCases(random, ids)
  const pages = [...dashboard, ...recipientPages, ...mailbox, ...documentation]
  const routes = [...(await readRoutes(app.url)), ...pages]

  const failures: string[] = []
  const statuses: Record<number, number> = {}
  const send = async () => {
    const route = random.pick(routes)
    const { path, init } = makeRequest(route, random, values, cookie)
    const { status, text } = await fetchStart(app.url + path, init)
    statuses[status] = (statuses[status] ?? 0) + 1
    if (status >= 500)
      failures.push(`${status} ${init.method} ${path} ${init.body ?? ''} → ${text}`)
  }
  for (let done = 0; done < REQUESTS; done += CONCURRENCY) {
    await Promise.all(Array.from({ length: CONCURRENCY }, send))
  }

  if (process.env.FUZZ_REQUESTS) console.info(`seed ${SEED}`, statuses)
  expect(failures).toEqual([])
  // Enough requests passed the authorization and the validation.
  for (const status of [200, 303, 400, 404])
    expect(statuses[status]).toBeGreaterThan(REQUESTS / 100)
  expect((await fetch(`${app.url}/health/ready`)).status).toBe(200)
})

/** Reads the routes from the OpenAPI document. */
async function readRoutes(url: string): Promise<Route[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>
  }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toRoute(method, path, operation)),
  )
  expect(routes.length).toBeGreaterThan(15)
  return routes
}

interface Operation {
  parameters?: { in: string; name: string }[]
  requestBody?: { content: Record<string, { schema: { properties?: object } }> }
}

function toRoute(method: string, path: string, { parameters = [], requestBody }: Operation): Route {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  return {
    method: method.toUpperCase(),
    path,
    query: parameters.filter(each => each.in === 'query').map(({ name }) => name),
    ...(type && { body: { type, fields: Object.keys(media?.schema.properties ?? {}) } }),
  }
}

function makeRequest(
  { method, path, query = [], body }: Route,
  random: Random,
  values: EdgeCases,
  cookie: string,
) {
  const { chance, pick } = random
  const filled = path.replace(/\{\w+\}/g, () => encode(values.text()) || 'x')
  const parameters = query
    .filter(() => chance(0.4))
    .flatMap(name =>
      Array.from({ length: chance(0.1) ? 2 : 1 }, () => `${name}=${encode(values.text())}`),
    )
  if (chance(0.05)) parameters.push(`${encode(values.text())}=${encode(values.text())}`)
  const headers: Record<string, string> = {
    authorization: `Bearer ${chance(0.9) ? API_TOKEN : CRON_SECRET}`,
    'sec-fetch-site': 'same-origin',
    accept: 'text/html',
    ...(chance(0.9) && { cookie }),
    ...(chance(0.1) && { 'idempotency-key': encode(values.text()).slice(0, 300) || 'k' }),
    ...(chance(0.1) && { 'accept-language': encode(values.text()).slice(0, 300) }),
    ...(chance(0.1) && { 'last-event-id': encode(values.text()).slice(0, 300) }),
    ...(chance(0.1) && { 'x-batch-validation': pick(['permissive', 'strict', 'x']) }),
  }
  const init: RequestInit & { method: string } = { method, headers, redirect: 'manual' }
  if (body || method === 'POST' || method === 'PUT') {
    const { type, fields } = body ?? jsonOf('type')
    headers['content-type'] = chance(0.95) ? type : pick(['text/plain', 'application/xml', 'x/y'])
    init.body = chance(0.05)
      ? pick(['', '{', 'null', '[]', '\0', '%'])
      : makeBody(type, fields, random, values)
  }
  return { path: filled + (parameters.length > 0 ? `?${parameters.join('&')}` : ''), init }
}

function makeBody(type: string, fields: string[], random: Random, values: EdgeCases): string {
  const included = fields.filter(() => random.chance(0.7))
  if (type === 'application/x-www-form-urlencoded') {
    return included.map(name => `${name}=${encode(values.text())}`).join('&')
  }
  const one = () => Object.fromEntries(included.map(name => [name, values.json()]))
  return JSON.stringify(random.chance(0.1) ? [one(), one()] : one())
}

/** Escapes text for a URL; lone surrogates become invalid UTF-8. */
function encode(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}

/** Reads an answer. An event stream is closed as soon as its headers have arrived. */
async function fetchStart(
  url: string,
  init: RequestInit,
): Promise<{ status: number; text: string }> {
  const closing = new AbortController()
  const response = await fetch(url, { ...init, signal: closing.signal })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  const text = isStream ? '' : await response.text()
  closing.abort()
  return { status: response.status, text: text.slice(0, 300) }
}

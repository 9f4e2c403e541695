import { API_TOKEN, CRON_SECRET } from './service.ts'

/** The content type of problem details (RFC 9457). */
export const PROBLEM = 'application/problem+json; charset=utf-8'

export interface Reachable {
  app: { url: string }
}

export interface Call {
  method?: string
  /** A bearer token, API_TOKEN by default; null for none. */
  token?: string | null
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  /** Sent unchanged. */
  body?: string | URLSearchParams | FormData
}

export interface Reply {
  status: number
  type: string
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: each test checks the shape it expects
  json: any
}

/** Sends a request to a service and reads the whole reply. */
export async function call(
  { app }: Reachable,
  path: string,
  { method, token = API_TOKEN, headers = {}, json, body }: Call = {},
): Promise<Reply> {
  const content = json === undefined ? body : JSON.stringify(json)
  const response = await fetch(app.url + path, {
    method: method ?? (content === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    json: /\bjson/.test(type) ? JSON.parse(text) : undefined,
  }
}

/** Posts to the cron route as the host's workflow does: with a JSON content type and no body. */
export function callCronRoute(
  service: Reachable,
  token: string | null = CRON_SECRET,
): Promise<Reply> {
  return call(service, '/api/cron/send-notification-emails', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
  })
}

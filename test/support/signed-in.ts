import type { BrowserContextOptions } from 'playwright-core'
import { type OpenPage, openPage } from './browser.ts'
import { API_TOKEN } from './service.ts'

export interface Reachable {
  app: { url: string }
}

/** Opens a browser page, signs in to the dashboard, and goes to `path`. */
export async function openDashboard(
  { app }: Reachable,
  path = '/',
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const opened = await openPage({ baseURL: app.url, ...options })
  await opened.page.goto(`/sign-in?next=${encodeURIComponent(path)}`)
  await opened.page.fill('#token', API_TOKEN)
  await opened.page.click('text=Sign in')
  return opened
}

/** The header that a browser sends with a form of our own pages. */
export const fromOurPage = { 'sec-fetch-site': 'same-origin' }

/** Signs in without a browser. Resolves to the cookie. */
export async function signIn(service: Reachable, token = API_TOKEN): Promise<string> {
  const reply = await fetch(`${service.app.url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: fromOurPage,
    body: new URLSearchParams({ token }),
  })
  return reply.headers.get('set-cookie')?.split(';')[0] ?? ''
}

import { expect, test } from 'vitest'
import { findAccessibilityViolations, openPage, overflow } from '../../support/browser.ts'
import { call } from '../../support/client.ts'
import { startService } from '../../support/service.ts'

test('/docs lists every operation and schema, is accessible, and loads nothing from other hosts', async () => {
  const { app } = await startService({ env: { ROLE: 'api' } })
  const { page, complaints } = await openPage()
  const otherHosts: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(app.url)) otherHosts.push(request.url())
  })

  await page.goto(`${app.url}/docs`)

  const api = (await call({ app }, '/openapi.json')).json
  const operations = Object.values<Record<string, { operationId: string }>>(api.paths)
  const ids = operations.flatMap(Object.values).map(({ operationId }) => operationId)
  const names = [...ids, ...Object.keys(api.components.schemas)]
  const headings = await page.locator('h3').evaluateAll(all => all.map(({ id }) => id))
  expect(headings.toSorted()).toEqual(names.toSorted())
  const targets = await page
    .locator('a[href^="#"]')
    .evaluateAll(all => all.map(link => link.getAttribute('href')?.slice(1)))
  expect(targets.filter(target => !names.includes(target ?? ''))).toEqual([])
  const post = page.locator('article', { has: page.locator('#startRun') })
  for (const text of ['userIds', 'idempotency-key', '"new_notifications"', 'not_allowed']) {
    expect(await post.innerText()).toContain(text)
  }
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT, fullPage: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await findAccessibilityViolations(page), colorScheme).toEqual([])
  }
  await page.setViewportSize({ width: 375, height: 800 })
  expect(await overflow(page)).toBe(0)

  expect(otherHosts).toEqual([])
  expect(complaints).toEqual([])
  const policy = (await call({ app }, '/docs')).headers.get('content-security-policy')
  expect(policy).toMatch(/default-src 'none'; style-src 'self';/)
  expect(api.paths['/v1/emails'].get.security).toEqual([{ bearer: [] }])
  expect(api.paths['/health/live'].get.security).toBeUndefined()
})

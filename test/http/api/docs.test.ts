import { expect, test } from 'vitest'
import { openPage } from '../../support/browser.ts'
import { call } from '../../support/client.ts'
import { API_TOKEN, startService } from '../../support/service.ts'

test('/docs lists the calls, executes one with a token, and loads nothing from other hosts', async () => {
  const { app } = await startService({ env: { ROLE: 'api' } })
  const { page, complaints } = await openPage()
  const otherHosts: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(app.url) && !request.url().startsWith('data:')) {
      otherHosts.push(request.url())
    }
  })

  await page.goto(`${app.url}/docs`)
  for (const path of ['/v1/runs', '/v1/emails', '/v1/emails/stats', '/v1/emails/export']) {
    await page.locator(`[data-path="${path}"]`).first().waitFor()
  }
  await page.getByRole('button', { name: 'Authorize' }).click()
  const dialog = page.locator('.modal-ux')
  await dialog.locator('input').fill(API_TOKEN)
  await dialog.getByRole('button', { name: 'Apply credentials' }).click()
  await dialog.getByRole('button', { name: 'Close', exact: true }).click()
  const list = page.locator('.opblock', { has: page.locator('[data-path="/v1/emails"]') })
  await list.locator('.opblock-summary-control').click()
  await list.getByRole('button', { name: 'Try it out' }).click()
  await list.getByRole('button', { name: 'Execute' }).click()
  await expect
    .poll(() => list.locator('.live-responses-table .response-col_status').last().innerText())
    .toMatch(/^200/)
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT, fullPage: false })

  expect(otherHosts).toEqual([])
  expect(complaints).toEqual([])
  const policy = (await call({ app }, '/docs')).headers.get('content-security-policy')
  expect(policy).toMatch(/default-src 'none'; script-src 'self';/)
  const api = (await call({ app }, '/openapi.json')).json
  expect(api.paths['/v1/emails'].get.security).toEqual([{ bearer: [] }])
  expect(api.paths['/unsubscribe/{token}'].get.security).toBeUndefined()
})

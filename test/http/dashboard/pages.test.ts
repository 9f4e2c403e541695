import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { findAccessibilityViolations, overflow } from '../../support/browser.ts'
import { endless, hostile, startWithFixtures } from '../../support/fixtures.ts'
import { startService } from '../../support/service.ts'
import { openDashboard } from '../../support/signed-in.ts'

const phone = { width: 360, height: 740 }
const desktop = { width: 1280, height: 900 }

/** Checks a page for overflow and accessibility, in light on a desktop and in dark on a phone. */
async function checkPage(
  page: Page,
  path: string,
  schemes: readonly ('light' | 'dark')[] = ['light', 'dark'],
): Promise<void> {
  await page.goto(path)
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(colorScheme === 'light' ? desktop : phone)
    expect(await overflow(page), `${path}, ${colorScheme}`).toBe(0)
    expect(await findAccessibilityViolations(page), `${path}, ${colorScheme}`).toEqual([])
  }
}

test('every page with data is accessible, in light and dark, down to 360 px, and escapes hostile text', {
  timeout: 120_000,
}, async () => {
  const { app, emails, bounced, refused, long, runId, refusedRunId } = await startWithFixtures()
  const { page, complaints } = await openDashboard({ app })
  let dialogs = 0
  page.on('dialog', async dialog => {
    dialogs += 1
    await dialog.dismiss()
  })
  const text = async (path: string) => {
    await checkPage(page, path)
    return (await page.textContent('main')) ?? ''
  }

  expect(await page.title()).toContain('A <b>host</b>')
  expect(await text('/')).toMatch(/Emails are going out.*Completed with failures/s)
  expect(await text('/runs')).toContain('dry run')
  expect(await text(`/runs/${runId}`)).toMatch(/Accepted\s*2\s*0/)
  const failedRun = await text(`/runs/${refusedRunId}`)
  expect(failedRun).toMatch(/What failed, and why.*validation_error.*1\s*100 %\s*none; users/s)
  expect(failedRun).toContain(hostile)
  await page.click('.failures td.lead a')
  expect(new URL(page.url()).search).toBe(`?run=${refusedRunId}&error=validation_error`)
  expect(await page.locator('td.lead').count()).toBe(1)
  expect(await text('/emails')).toContain(hostile)
  expect(await text('/emails?outcome=not-accepted&error=validation_error')).toContain(hostile)
  const email = await text(`/emails/${emails.bounced}`)
  expect(email).toMatch(/Bounced.*As text.*Notifications \(1\).*Unread/s)
  expect(email).toContain(`Permanent · ${hostile}`)
  expect(email).toContain(`${hostile} ${endless}`)
  expect(await text(`/emails/${emails.refused}`)).toContain(`validation_error: ${hostile}`)
  expect(await text('/people')).toMatch(/Find a user/)
  expect(await text(`/people?q=${encodeURIComponent('<img')}`)).toContain(hostile)
  const user = await text(`/people/${bounced}`)
  expect(user).toContain(hostile)
  expect(user).toMatch(/Not due.*Suppressed/s)
  expect(await text(`/people/${refused}`)).toMatch(/New notifications\s*Due\s*Send now/)
  expect(await text(`/people/${long}`)).toContain(endless)
  expect(await text('/suppressions')).toMatch(/bounced@example.com.*Suppress an address/s)
  const sending = await text('/sending')
  expect(sending).toMatch(/Bounced\s*50 %/)
  expect(sending).toMatch(/validation_error.*1/s)
  expect(dialogs).toBe(0)
  expect(complaints).toEqual([])
})

test('an email is shown in a sandboxed frame', async () => {
  const { app, emails } = await startWithFixtures()
  const { page, complaints } = await openDashboard({ app }, `/emails/${emails.bounced}`)

  const frame = page.frameLocator('iframe')
  expect(await frame.locator('body').textContent()).toContain(hostile)
  expect(await page.getAttribute('iframe', 'sandbox')).toBe('')
  const content = await page.request.get(`/emails/${emails.bounced}/content`)
  expect(content.headers()['content-security-policy']).toMatch(/^sandbox; default-src 'none'/)
  expect(complaints).toEqual([])
})

test('charts are drawn from the tables, which remain accessible', async () => {
  const { app } = await startWithFixtures()
  const { page } = await openDashboard({ app }, '/sending')

  await page.waitForSelector('canvas')

  expect(await page.locator('canvas').count()).toBe(2)
  expect(await page.locator('.chart details').first().getAttribute('open')).toBeNull()
  await page.click('text=Figures >> nth=0')
  const today = page.locator('#emails-figures tbody tr').first()
  expect(await today.locator('td').allTextContents()).toEqual(['2', '1', '0', '0'])
})

test('every page without data', { timeout: 60_000 }, async () => {
  const service = await startService()
  const { page, complaints } = await openDashboard(service)
  const pages: [string, RegExp][] = [
    ['/', /no dry run yet.*No runs yet/s],
    ['/runs', /No runs/],
    ['/emails', /No emails yet/],
    ['/people?q=nobody', /No users match “nobody”/],
    ['/suppressions', /No address is suppressed/],
    ['/sending', /No emails in the last 30 days.*No attempt failed/s],
  ]
  for (const [path, text] of pages) {
    await checkPage(page, path, ['dark'])
    expect(await page.textContent('main'), path).toMatch(text)
  }
  expect(complaints).toEqual([])
  for (const path of ['/runs/x', '/emails/x', '/people/x', '/emails/x/content']) {
    const reply = await page.goto(path)
    expect(reply?.status(), path).toBe(404)
    expect(await page.textContent('main')).toMatch(/Not found/)
  }
  const invalid = await page.goto('/emails?user=Mara&from=soon&type=x')
  expect(invalid?.status()).toBe(400)
  expect(await page.textContent('#user-fault')).toMatch(/UUID/)
  expect(await page.textContent('#from-fault')).toMatch(/2026-11-24/)
  expect(await overflow(page)).toBe(0)
  expect(await findAccessibilityViolations(page)).toEqual([])
})

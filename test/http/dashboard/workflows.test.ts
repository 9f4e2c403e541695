import { expect, test } from 'vitest'
import { readSetting } from '../../../src/db/recipients/read-setting.ts'
import { suppressions } from '../../../src/db/schema.ts'
import { findAccessibilityViolations, openPage } from '../../support/browser.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { API_TOKEN, startService } from '../../support/service.ts'
import { openDashboard } from '../../support/signed-in.ts'

test('a run is started and followed live to its end, also on the first page', {
  timeout: 60_000,
}, async () => {
  const service = await startService({ timing: { concurrency: 1 }, env: { RATE_LIMIT: '2' } })
  await addDueUsers(service.db, 450)
  const { page, complaints } = await openDashboard(service)
  const firstPage = await page.context().newPage()
  await firstPage.goto('/')
  page.on('dialog', dialog => dialog.accept())

  await page.click('text=Start a run')
  await page.waitForURL(/runs\/./)
  // Records the progress values on the page; a reload would lose them.
  await page.evaluate(() => {
    const seen = new Set<number>()
    Object.assign(globalThis, { seen })
    new MutationObserver(() => {
      const bar = document.querySelector('progress')
      if (bar) seen.add(bar.value)
    }).observe(document.body, { childList: true, subtree: true })
  })
  await page.waitForSelector('.badge:has-text("Completed")')
  const seen = await page.evaluate(() => [...(globalThis as unknown as { seen: number[] }).seen])
  expect(seen.length).toBeGreaterThan(1)
  expect(await page.textContent('#spoken')).toBe(
    'The run has completed: 450 emails accepted, 0 failed, 0 unknown.',
  )
  expect(await page.textContent('main')).toMatch(/Accepted\s*450/)
  await firstPage.waitForSelector('[data-part="runs"] :text("Completed")')
  expect(await firstPage.textContent('[data-part="runs"]')).toMatch(/the dashboard.*450/s)
  await firstPage.waitForSelector('[data-part="activity"] dd:has-text("450")')
  await firstPage.waitForSelector('[data-part="activity"] canvas')
  expect(await firstPage.locator('.chart details[open]').count()).toBe(0)
  expect(service.mailbox.count).toBe(450)
  expect(complaints).toEqual([])
})

test('a real run needs a confirmation, which says how many users were due, and when', async () => {
  const service = await startService()
  await addDueUsers(service.db, 1)
  const { page } = await openDashboard(service)
  let question = ''
  page.on('dialog', dialog => {
    question = dialog.message()
    return dialog.dismiss()
  })

  await page.click('text=Start a run')

  expect(question).toBe('Email all users who are due? Nobody has counted them yet: a dry run does.')
  expect((await service.app.runs.list(1)).runs).toEqual([])
  await service.run({ dryRun: true })
  await page.reload()
  await page.click('text=Start a run')
  expect(question).toMatch(
    /^Email all users who are due\? The last dry run counted 1 user \(1 new, 0 reminders\), at 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.$/,
  )
})

test('stopped sending shows the reason and can be resumed', async () => {
  const service = await startService({ timing: { firstProbe: 60_000 } })
  const [due] = await addDueUsers(service.db, 1)
  const message = 'API key is <b>invalid</b>'
  service.mailbox.setFault({ kind: 'status', status: 401, name: 'invalid_api_key', message })
  const { page } = await openDashboard(service)
  page.on('dialog', dialog => dialog.accept())
  await service.app.runs.start({ type: 'all', trigger: 'http' })

  // Arrives by the event stream.
  await page.waitForSelector('text=Sending is stopped')
  expect(await page.textContent('[data-part="sending"]')).toContain(`invalid_api_key: ${message}`)
  expect(await findAccessibilityViolations(page)).toEqual([])
  const other = await page.context().newPage()
  await other.goto(`/people/${due}`)
  expect(await other.isDisabled('text=Send now')).toBe(true)
  expect(await other.textContent('#new_notifications-stop')).toContain(message)
  service.mailbox.setFault(null)
  await page.click('#resume')

  await page.waitForSelector('[role="status"]:has-text("Sending has resumed.")')
  await page.waitForSelector('text=Emails are going out')
  await page.waitForSelector('[data-part="runs"] :text("Completed")')
  expect(service.mailbox.count).toBe(1)
})

test('a user is found, switched off and on, and emailed', async () => {
  const service = await startService()
  const { db, mailbox } = service
  const ada = await addUser(db, { name: 'ada.lovelace', email: 'Ada@example.com' })
  await addNotification(db, ada)
  const { page, complaints } = await openDashboard(service)
  page.on('dialog', dialog => dialog.accept())

  await page.goto('/people')
  await page.waitForSelector('input:focus')
  await page.keyboard.type('ADA@')
  await page.keyboard.press('Enter')
  await page.click('text=ada.lovelace')
  await page.click('text=Switch off')
  await page.waitForSelector('text=Emails are switched off')
  expect(await readSetting(db, ada)).toMatchObject({ notificationEmailsEnabled: false })
  expect(await page.locator('text=Send now').count()).toBe(0)
  await page.click('text=Switch on')
  await page.waitForSelector('text=Emails are switched on')
  await page.click('text=Send now')
  await page.waitForSelector('.badge:has-text("Completed")')
  expect(mailbox.emails()[0]?.to).toEqual(['Ada@example.com'])

  await page.goto(`/people/${ada}`)
  await page.locator('[aria-labelledby="history"] td.lead a').click()
  expect(await page.textContent('main')).toMatch(/Mara commented on your cover.*Attempt 1/s)
  expect(complaints).toEqual([])
})

test('an address is suppressed and lifted on the pages, a complaint only after a tick', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const { db } = service
  const ada = await addUser(db, { name: 'ada.lovelace', email: 'Ada@example.com' })
  const { page, complaints } = await openDashboard(service)
  page.on('dialog', dialog => dialog.accept())

  await page.goto(`/people/${ada}`)
  await page.click('button:text-is("Suppress")')
  await page.waitForSelector('text=The address is suppressed.')
  expect(await readSetting(db, ada)).toMatchObject({ suppressed: { reason: 'manual' } })
  await page.click('button:text-is("Lift")')
  await page.waitForSelector('text=The suppression is lifted')
  expect(await readSetting(db, ada)).toMatchObject({ suppressed: null })

  await page.goto('/people')
  await page.click('text=Suppressed addresses')
  await page.fill('[aria-label="Address to suppress"]', 'kim@example.com')
  await page.fill('[aria-label="Note"]', 'asked by letter')
  await page.click('button:text-is("Suppress")')
  await page.waitForSelector('td:has-text("asked by letter")')
  await db.update(suppressions).set({ reason: 'complained' })
  await page.reload()
  expect(await findAccessibilityViolations(page)).toEqual([])
  await page.click('button:text-is("Lift")')
  await page.check('text=The owner has asked for emails again')
  await page.click('button:text-is("Lift")')
  await page.waitForSelector('text=The suppression is lifted')
  await page.selectOption('[aria-label="State"]', 'lifted')
  await page.click('button:text-is("Find")')
  expect(await page.textContent('main')).toMatch(/kim@example.com.*complained.*Lifted/s)
  expect(complaints).toEqual([])
})

test('everything works without JavaScript', async () => {
  const service = await startService()
  await addDueUsers(service.db, 2)
  const { page } = await openPage({ baseURL: service.app.url, javaScriptEnabled: false })
  await page.goto('/')
  await page.fill('#token', API_TOKEN)
  await page.click('text=Sign in')
  await page.selectOption('#type', 'new_notifications')
  await page.click('text=Start a run')
  const [run] = (await service.app.runs.list(1)).runs
  expect(new URL(page.url()).pathname).toBe(`/runs/${run?.id}`)
  expect(run).toMatchObject({ type: 'new_notifications', trigger: 'dashboard', dryRun: false })
  await expect
    .poll(async () => (await service.app.runs.find(run?.id ?? ''))?.status)
    .toBe('completed')
  await page.click('.sections :text("Now")')
  await page.click('#recalculate')
  const [dryRun] = (await service.app.runs.list(1)).runs
  expect(dryRun).toMatchObject({ dryRun: true, type: 'all' })
  await expect
    .poll(async () => (await service.app.runs.find(dryRun?.id ?? ''))?.status)
    .toBe('completed')
  await page.click('.sections :text("Now")')
  expect(await page.textContent('main')).not.toContain('before the latest run')
  await service.run()
  await page.reload()
  expect(await page.textContent('main')).toContain('before the latest run')
  const hours = page.locator('#hours-figures tbody tr')
  // The figures of the first visit are kept for some seconds.
  await expect
    .poll(
      async () => {
        await page.reload()
        return hours.count()
      },
      { timeout: 20_000 },
    )
    .toBe(24)
  expect(await hours.first().locator('td').first().isVisible()).toBe(true)
  await page.click('.sections :text("Emails")')
  await page.selectOption('#outcome', 'accepted')
  await page.click('text=Filter')
  expect(await page.locator('td.lead').count()).toBe(2)
  await page.click('td.lead a')
  expect(await page.frameLocator('iframe').locator('body').textContent()).toContain('Mara')
  await page.click('.sections :text("Sending")')
  expect(await page.locator('#emails-figures tbody td').first().isVisible()).toBe(true)
  expect(await page.locator('#emails-figures tbody td').first().textContent()).toBe('2')
})

test('keyboard shortcuts work and can be switched off', async () => {
  const service = await startService()
  await addDueUsers(service.db, 3)
  await service.run()
  const { page } = await openDashboard(service)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await page.waitForSelector('.sections')
  await press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
  await press('g', 'e')
  await page.waitForURL('**/emails')
  await press('/')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('error')
  await press('Escape')
  await page.locator('h1').click()
  await press('j', 'j', 'k', 'Enter')
  await page.waitForURL(/emails\/.+-/)
  await press('?')
  expect(await page.locator('dialog').isVisible()).toBe(true)
  expect(await findAccessibilityViolations(page)).toEqual([])
  await page.uncheck('#keys-on')
  await press('Escape', 'g', 'p')
  expect(await page.locator('dialog').isVisible()).toBe(false)
  expect(new URL(page.url()).pathname).toMatch(/^\/emails\//)
})

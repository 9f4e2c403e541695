import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { preferences, suppressions } from '../../../src/db/schema.ts'
import { findAccessibilityViolations, openPage, overflow } from '../../support/browser.ts'
import { addUser } from '../../support/host.ts'
import { linkTo, readRow, startPages } from '../../support/links.ts'

const LONG_NAME = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenfreundebund'

test('unsubscribe, undo, off and on work by keyboard and without JavaScript', async () => {
  const service = await startPages({ BRAND_COLOR: '#1a1a3e' })
  const userId = await addUser(service.db)
  const isOn = async () => (await readRow(service, userId))?.notificationEmailsEnabled
  const { page, complaints } = await openPage({ javaScriptEnabled: false })
  const heading = () => page.getByRole('heading', { level: 1 }).textContent()
  const notice = () => page.getByRole('status').textContent()
  const pressButton = async (name: string) => {
    await page.keyboard.press('Tab')
    await expect(page.locator('button:focus-visible').textContent()).resolves.toBe(name)
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
  }

  await page.goto(service.app.url + linkTo('unsubscribe', userId))
  expect(await heading()).toBe('Unsubscribe from Covers & <Friends>?')
  await pressButton('Unsubscribe')
  expect(await heading()).toBe('You are unsubscribed')
  expect(page.url()).toBe(service.app.url + linkTo('unsubscribe', userId))
  expect(await isOn()).toBe(false)

  await pressButton('Undo: turn emails back on')
  expect(page.url()).toBe(`${service.app.url}${linkTo('preferences', userId)}?changed=on`)
  expect(await notice()).toBe('Emails are on again.')
  expect(await page.title()).toBe('Emails are on again. Your emails from Covers & <Friends>')
  expect(await isOn()).toBe(true)

  // The notice has the focus, so that screen readers read it; the switch comes next.
  expect(await page.locator('[role=status]:focus').count()).toBe(1)
  await pressButton('Turn emails off')
  expect(await notice()).toContain('Emails are off.')
  expect(await isOn()).toBe(false)
  await pressButton('Turn emails on')
  expect(await isOn()).toBe(true)

  await page.getByRole('button', { name: 'Turn emails off' }).focus()
  await pressButton('Pause for 1 day')
  expect(await notice()).toContain('Emails are paused.')
  await page.getByRole('button', { name: 'Turn emails off' }).focus()
  await pressButton('End the pause')
  expect(await notice()).toBe('Emails are no longer paused.')
  expect(complaints).toEqual([])
})

const variants = [
  { colorScheme: 'light', color: '#ffe14d' },
  { colorScheme: 'dark', color: '#1a1a3e' },
  { colorScheme: 'dark', color: '' },
] as const

test.for(variants)(
  'every page is accessible and fits 320 px: $colorScheme, $color',
  async ({ colorScheme, color }) => {
    const service = await startPages({ APP_NAME: LONG_NAME, LOCALE: 'de', BRAND_COLOR: color })
    const plain = await addUser(service.db)
    const off = await addUser(service.db, { emailsEnabled: false })
    const paused = await addUser(service.db)
    const pausedUntil = new Date(Date.now() + 86_400_000)
    await service.db.insert(preferences).values({ userId: paused, pausedUntil, updatedBy: 'link' })
    const email = `${'x'.repeat(64)}@${'y.'.repeat(40)}${'z'.repeat(63)}`
    const held = await addUser(service.db, { email })
    await service.db.insert(suppressions).values({ address: email, reason: 'complained' })

    const { page, complaints } = await openPage({
      viewport: { width: 320, height: 800 },
      colorScheme,
    })
    for (const path of [
      linkTo('unsubscribe', plain),
      linkTo('unsubscribe', off),
      `${linkTo('preferences', off)}?changed=off`,
      `${linkTo('preferences', held)}?changed=on`,
      linkTo('preferences', plain),
      `${linkTo('preferences', paused)}?changed=paused`,
    ]) {
      await page.goto(service.app.url + path)
      expect(await findAccessibilityViolations(page), path).toEqual([])
      expect(await overflow(page), path).toBe(0)
      expect(await page.locator('h1').count()).toBe(1)
      // The policy allows the style sheet.
      expect(await page.evaluate(() => getComputedStyle(document.body).overflowWrap)).toBe(
        'anywhere',
      )
      await page.keyboard.press('Tab')
      expect(await focused(page), path).toEqual({ at: 'button', isVisible: true })
    }
    expect(complaints).toEqual([])
  },
)

/** The focused element, and whether the focus is visible. */
function focused(page: Page) {
  return page.evaluate(() => {
    const at = document.activeElement
    const isVisible = at !== null && getComputedStyle(at).outlineStyle !== 'none'
    return { at: at?.localName, isVisible }
  })
}

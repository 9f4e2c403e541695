import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { findChromium } from './chromium.ts'

/** One browser per worker; Playwright closes it when the process ends. */
let running: Promise<Browser> | undefined

export interface OpenPage {
  page: Page
  /** Console errors and uncaught exceptions of the page. */
  complaints: string[]
}

/** Opens a page in a real browser, with a context without cookies or cache of other tests. */
export async function openPage(options: BrowserContextOptions = {}): Promise<OpenPage> {
  if (!(await running)?.isConnected()) running = launch()
  const browser = (await running) as Browser
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  return { page, complaints }
}

async function launch(): Promise<Browser> {
  const { executablePath, env } = await findChromium()
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

/**
 * Returns the accessibility violations that axe-core finds on a page, one line each.
 *
 * @param except rules that do not apply to the page
 * @param only the rules to check; all if there are none
 */
export async function findAccessibilityViolations(
  page: Page,
  except: string[] = [],
  only: string[] = [],
): Promise<string[]> {
  // Injected through the debugger, so that the page's Content-Security-Policy stays in force.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const violations = await page.evaluate(
    async ({ except, only }) => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
      const rules = Object.fromEntries(except.map(rule => [rule, { enabled: false }]))
      const { violations } = await axe.run(document, {
        ...{ resultTypes: ['violations'], rules, preload: false },
        ...(only.length > 0 && { runOnly: only }),
      })
      return violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(n => n.target) }))
    },
    { except, only },
  )
  return violations.map(({ id, help, at }) => `${id}: ${help} (${at.join(', ')})`)
}

/** How many pixels a page is wider than its window; 0 if it needs no horizontal scrolling. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { documentElement } = document
    return documentElement.scrollWidth - documentElement.clientWidth
  })
}

const axeSource = (createRequire(import.meta.url)('axe-core') as { source: string }).source

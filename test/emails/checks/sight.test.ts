import { mkdirSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { findAccessibilityViolations, openPage, overflow } from '../../support/browser.ts'
import { ARTEFACTS, type Figures, saveFigures } from './figures.ts'
import { allowedHosts, LOGO, sampleEmails } from './sample-emails.ts'

const WIDE = 700
const NARROW = 375

/** Not checked, because the mail client's page around the email has the landmarks. */
const clientRules = ['region', 'landmark-one-main']

/** The content of `LOGO`; the test makes no network requests. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40"><rect width="160" height="40" rx="8" fill="#2f5d50"/><text x="16" y="28" font-family="sans-serif" font-size="22" fill="#fff">EPTSS</text></svg>`

const figures: Figures = {}
mkdirSync(`${ARTEFACTS}screenshots`, { recursive: true })
afterAll(() => saveFigures('sight', figures))

test.for(sampleEmails)(
  '$name in a browser: accessible, not wider than the window, no unexpected links',
  {
    timeout: 90_000,
  },
  async ({ name, email }) => {
    const { page, complaints } = await openPage({ viewport: { width: WIDE, height: 900 } })
    const requested: string[] = []
    await page.route('**', route => {
      const url = route.request().url()
      requested.push(url)
      return url === LOGO
        ? route.fulfill({ contentType: 'image/svg+xml', body: logo })
        : route.abort()
    })
    await page.setContent(email.html)

    const barriers: string[] = []
    const overflows: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const width of [WIDE, NARROW]) {
        const variant = `${colorScheme}, ${width} px`
        await page.setViewportSize({ width, height: 900 })
        const pixels = await overflow(page)
        if (pixels > 0) overflows.push(`${variant}: ${pixels} px too wide`)
        await page.screenshot({
          path: `${ARTEFACTS}screenshots/${name}-${width}-${colorScheme}.png`,
          fullPage: true,
        })
      }
      const found = await findAccessibilityViolations(page, clientRules)
      barriers.push(...found.map(barrier => `${colorScheme}: ${barrier}`))
    }
    const links = await page.evaluate(() =>
      [...document.querySelectorAll('[href],[src],[action],[background],[poster]')].flatMap(
        element =>
          ['href', 'src', 'action', 'background', 'poster'].flatMap(
            attribute => element.getAttribute(attribute) ?? [],
          ),
      ),
    )

    expect(barriers).toEqual([])
    expect(overflows).toEqual([])
    expect(complaints).toEqual([])
    expect(requested.filter(url => url !== LOGO)).toEqual([])
    expect(links.length).toBeGreaterThanOrEqual(3)
    const unexpected = links.filter(link => {
      const { protocol, host } = new URL(link)
      return protocol !== 'https:' || !allowedHosts.includes(host)
    })
    expect(unexpected).toEqual([])
    figures[name] = {
      'axe, light and dark': barriers.length,
      'wider than 700 or 375 px': overflows.length,
      'links, all to allowed hosts': links.length,
    }
  },
)

import { mkdirSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { findBarriers, openPage, overflow } from '../../support/browser.ts'
import { ARTEFACTS, type Figures, keepFigures } from './figures.ts'
import { allowedHosts, LOGO, sampleEmails } from './sample-emails.ts'

const WIDE = 700
const NARROW = 375

/** A mail client shows an email inside a page of its own, whose landmarks those are. */
const clientsOwn = ['region', 'landmark-one-main']

/** Where `LOGO` leads; nothing here asks the network. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40"><rect width="160" height="40" rx="8" fill="#2f5d50"/><text x="16" y="28" font-family="sans-serif" font-size="22" fill="#fff">EPTSS</text></svg>`

const figures: Figures = {}
mkdirSync(`${ARTEFACTS}screenshots`, { recursive: true })
afterAll(() => keepFigures('sight', figures))

test.for(sampleEmails)(
  '$name in a browser: accessible, no wider than its window, no stray link',
  {
    timeout: 90_000,
  },
  async ({ name, email }) => {
    const { page, complaints } = await openPage({ viewport: { width: WIDE, height: 900 } })
    const asked: string[] = []
    await page.route('**', route => {
      const url = route.request().url()
      asked.push(url)
      return url === LOGO
        ? route.fulfill({ contentType: 'image/svg+xml', body: logo })
        : route.abort()
    })
    await page.setContent(email.html)

    const barriers: string[] = []
    const sideways: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const width of [WIDE, NARROW]) {
        const look = `${colorScheme}, ${width} px`
        await page.setViewportSize({ width, height: 900 })
        const pixels = await overflow(page)
        if (pixels > 0) sideways.push(`${look}: ${pixels} px too wide`)
        await page.screenshot({
          path: `${ARTEFACTS}screenshots/${name}-${width}-${colorScheme}.png`,
          fullPage: true,
        })
      }
      const found = await findBarriers(page, clientsOwn)
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
    expect(sideways).toEqual([])
    expect(complaints).toEqual([])
    expect(asked.filter(url => url !== LOGO)).toEqual([])
    expect(links.length).toBeGreaterThanOrEqual(3)
    const strays = links.filter(link => {
      const { protocol, host } = new URL(link)
      return protocol !== 'https:' || !allowedHosts.includes(host)
    })
    expect(strays).toEqual([])
    figures[name] = {
      'axe, light and dark': barriers.length,
      'wider than 700 or 375 px': sideways.length,
      'links, all to allowed hosts': links.length,
    }
  },
)

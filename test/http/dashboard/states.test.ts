import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { findWorkFaults } from '../../../src/core/work-health.ts'
import { readWorkHealth } from '../../../src/db/runs/read-work-health.ts'
import { findAccessibilityViolations, overflow } from '../../support/browser.ts'
import { addDueUsers, addUser, readAttempts } from '../../support/host.ts'
import { type Service, type ServiceOptions, startService } from '../../support/service.ts'
import { openDashboard } from '../../support/signed-in.ts'

/** Where screenshots are kept; none are taken without it. */
const SHOTS = process.env.SHOTS

const widths = [375, 768, 1280]
const schemes = ['light', 'dark'] as const

interface State {
  name: string
  options?: ServiceOptions
  /** Brings the service into this state. */
  prepare?(service: Service): Promise<void>
  /** What the first page says. */
  now: RegExp
  /** What every other page says before its content; null: nothing. */
  banner: RegExp | null
}

/** Resolves when the service has a fault, or when a run waits for a stop. */
const untilFault = ({ db }: Service) =>
  expect
    .poll(async () => findWorkFaults(await readWorkHealth(db), Date.now()).length, {
      timeout: 40_000,
    })
    .toBeGreaterThan(0)

const start = ({ app }: Service) => app.runs.start({ type: 'all', trigger: 'schedule' })

const states: State[] = [
  { name: 'empty', now: /Emails are going out.*No emails in the last 24 hours/s, banner: null },
  {
    name: 'healthy',
    async prepare(service) {
      await addDueUsers(service.db, 140)
      await service.run()
      // Three bounces: a share above 4 % stops sending.
      await service.db.execute(`update tidings.deliveries d set progress_at = now(), progress =
        case when n % 40 = 0 then 'bounced' else 'delivered' end
        from (select id, row_number() over (order by id) as n from tidings.deliveries) numbered
        where d.id = numbered.id and n % 7 > 0`)
      await addDueUsers(service.db, 12)
      await service.run({ dryRun: true })
    },
    now: /Emails are going out.*Last 24 hours.*Accepted140100 %/s,
    banner: null,
  },
  {
    name: 'provider-down',
    options: { timing: { firstBackoff: 20 } },
    async prepare(service) {
      await addDueUsers(service.db, 30)
      service.mailbox.setFault({ kind: '500-before', times: 1_000_000 })
      await start(service)
      await untilFault(service)
    },
    now: /Emails do not go out.*1 request to the provider failed.*Last error: internal_server_error.*What to do: Read the provider/s,
    banner: /^Emails do not go out\. 1 request to the provider failed.*What to do$/,
  },
  {
    name: 'no-worker',
    options: { env: { ROLE: 'api' } },
    async prepare(service) {
      await addDueUsers(service.db, 3)
      await start(service)
    },
    now: /Emails do not go out.*No worker has reported.*What to do: Start one: npm start/s,
    banner: /^Emails do not go out\. No worker has reported so far.*What to do$/,
  },
  {
    name: 'stopped',
    options: { timing: { firstProbe: 600_000 } },
    async prepare(service) {
      await addDueUsers(service.db, 30)
      const message = 'API key is invalid'
      service.mailbox.setFault({ kind: 'status', status: 401, name: 'invalid_api_key', message })
      const { id } = await start(service)
      await expect.poll(async () => (await service.app.runs.find(id))?.paused?.stopped).toBe(true)
    },
    now: /Sending is stopped.*invalid_api_key: API key is invalid.*The next probe runs.*What to do: Set RESEND_API_KEY/s,
    banner: /^Sending is stopped\. invalid_api_key: API key is invalid\. Stopped .*What to do$/,
  },
]

test.each(states)(
  'every page is accessible and fits in the state $name',
  {
    timeout: 120_000,
  },
  async ({ name, options, prepare, now, banner }) => {
    // A reserved domain, whose DNS the checks do not ask.
    const env = { EMAIL_FROM: 'Tidings <tidings@tidings.test>', ...options?.env }
    const service = await startService({ ...options, env })
    await prepare?.(service)
    const { page, complaints } = await openDashboard(service)
    const user = await addUser(service.db, { name: 'Ada Lovelace', email: 'ada@example.com' })
    const [run] = (await service.app.runs.list(1)).runs
    const [attempt] = await readAttempts(service.db)
    const paths = [
      ...['/', '/runs', '/emails', '/people?q=ada', `/people/${attempt?.userId ?? user}`],
      ...['/sending', '/doctor'],
      ...(run ? [`/runs/${run.id}`] : []),
      ...(attempt ? [`/emails/${attempt.id}`] : []),
    ]
    // A loaded machine shows the figures of the last day with a live update.
    await expect.poll(() => page.textContent('[data-live]'), { timeout: 20_000 }).toMatch(now)
    for (const path of paths) {
      await page.goto(path)
      if (path === '/doctor') await page.waitForSelector('.findings')
      const shown = await page.locator('main > .trouble').allTextContents()
      if (banner && path !== '/') expect(shown[0], path).toMatch(banner)
      else expect(shown, path).toEqual([])
      await checkPage(page, `${name}${path.replace(/\/[\w-]{36}/, '/one')}`)
    }
    expect(complaints).toEqual([])
  },
)

/** Checks a page at every width, in light and in dark. */
async function checkPage(page: Page, name: string): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      const where = `${name}, ${width} px, ${colorScheme}`
      expect(await overflow(page), where).toBe(0)
      // A scheme changes colours and nothing else.
      const rules = colorScheme === 'dark' ? ['color-contrast'] : []
      expect(await findAccessibilityViolations(page, [], rules), where).toEqual([])
      await keepShot(page, `${name}-${width}-${colorScheme}`)
    }
  }
}

async function keepShot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return
  await mkdir(SHOTS, { recursive: true })
  const path = join(SHOTS, `${name.replace(/[/?=]+/g, '_')}.png`)
  await page.screenshot({ path, fullPage: true })
}

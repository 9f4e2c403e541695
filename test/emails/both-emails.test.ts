import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createRenderer } from '../../src/emails/renderer.tsx'
import { render } from '../support/render.ts'
import { one, readAt, reminder, twelve } from '../support/sample-emails.ts'

describe.each(Object.entries({ one, twelve, reminder }))('%s', (_, digest) => {
  const { subject, html, text } = render(digest)

  test('the HTML part has one title, which is the subject', () => {
    expect(html).toMatch(/^<!DOCTYPE html><html [^>]*lang="en"/)
    expect(html.match(/<title>.*?<\/title>/g)).toEqual([`<title>${subject}</title>`])
  })

  test('every table is marked as a layout table', () => {
    const tables = html.match(/<table[^>]*>/g) ?? []
    expect(tables.length).toBeGreaterThan(3)
    for (const table of tables) expect(table).toContain('role="presentation"')
  })

  test('it links to each notification, the application, the preferences and unsubscribing', () => {
    const links = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(match => match[1])
    const [unsubscribe, preferences, button, ...titles] = links.toReversed()
    expect(unsubscribe).toBe(digest.unsubscribeUrl)
    expect(preferences).toBe(digest.preferencesUrl)
    expect(button).toBe(digest.appUrl)
    expect(titles).toHaveLength(digest.items.length)
    for (const title of titles) expect(title).toMatch(new RegExp(`^${digest.appUrl}(/|$)`))
    expect(html).toMatch(/>Email preferences<\/a>.*>Unsubscribe<\/a>/)
  })

  test('it loads no external resources', () => {
    expect(html).not.toMatch(/<(img|link|script|iframe|video)\b|url\(|@import|\bsrc=/)
  })

  test('the inbox shows a preheader that does not repeat the subject', () => {
    const preheader = /<div style="display:none[^>]*>([^<]+)<\/div>/.exec(html)?.[1] ?? ''
    expect(preheader.length).toBeGreaterThan(10)
    const title = subject.replace(/^.*?: /, '')
    expect(preheader).not.toContain(title)
  })

  test('every element with a colour also has one in the dark scheme', () => {
    const darkScheme = html.slice(html.indexOf('@media (prefers-color-scheme:dark)'))
    const rules = darkScheme.slice(0, darkScheme.indexOf('</style>'))
    const coloured = html.match(/<[^>]*style="[^"]*(?:color|border-top):[^>]*>/g) ?? []
    expect(coloured.length).toBeGreaterThan(8)
    for (const element of coloured) {
      const name = / class="([^"]+)"/.exec(element)?.[1]
      expect(rules, element).toMatch(new RegExp(`\\.${name}\\b`))
    }
  })

  test('the background follows the colour scheme, and no inner cell overrides it', () => {
    expect(html).toMatch(/dark\)\{body,\.page\{background-color:#/)
    const body = /<body[^>]*>.*?<td[^>]*>/.exec(html)?.[0]
    expect(body).toBeDefined()
    expect(body).not.toContain('background')
  })

  test('the text part is complete', () => {
    for (const { title } of digest.items) expect(text).toContain(title)
    expect(text).toMatch(new RegExp(`\n(Open|See it in) EPTSS:\n${digest.appUrl}\n`))
    expect(text).toContain(`Email preferences: ${digest.preferencesUrl}\n`)
    expect(text).toContain(`Unsubscribe: ${digest.unsubscribeUrl}\n`)
    expect(text).not.toMatch(/<[a-z/]|&[a-z#]/)
  })

  test('the same digest gives the same bytes', () => {
    expect(render(digest)).toEqual({ subject, html, text })
  })
})

test('the machine’s time zone has no effect', () => {
  const zone = process.env.TZ
  const emails = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'].map(TZ => {
    process.env.TZ = TZ
    return render(
      twelve,
      createRenderer(() => readAt),
    )
  })
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
  expect(emails[1]).toEqual(emails[0])
  expect(emails[2]).toEqual(emails[0])
})

test('the machine’s language has no effect', () => {
  const script = `
    const { createContentWriters } = await import('./src/emails/email-content.ts')
    const { english } = await import('./src/i18n/english.ts')
    const { reminder, readAt } = await import('./test/support/sample-emails.ts')
    const content = createContentWriters()(english)({ ...reminder, total: 12345 }, readAt)
    console.log(JSON.stringify([new Intl.NumberFormat().resolvedOptions().locale, content]))
  `
  const contentIn = (lang: string) => {
    const env = { ...process.env, LANG: lang, LC_ALL: lang, LANGUAGE: lang, TZ: 'Asia/Tokyo' }
    const args = ['--input-type=module', '--eval', script]
    const cwd = new URL('../..', import.meta.url)
    const output = execFileSync(process.execPath, args, { cwd, env, encoding: 'utf8' })
    const [locale, { items, ...content }] = JSON.parse(output)
    return { locale, content, abouts: items.map((item: { about: string }) => item.about) }
  }
  const german = contentIn('de_DE.UTF-8')
  const arabic = contentIn('ar_EG.UTF-8')
  expect(german.locale).not.toBe(arabic.locale)
  expect(german.content).toEqual(arabic.content)
  expect(german.abouts).toEqual(arabic.abouts)
  expect(german.content.intro).toContain('12,345 notifications')
  expect(german.abouts[0]).toBe('Comment · 14 Nov, 09:12 UTC')
})

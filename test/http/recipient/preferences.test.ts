import { sql } from 'drizzle-orm'
import { expect, inject, test } from 'vitest'
import { preferences, suppressions, userPrivacySettings } from '../../../src/db/schema.ts'
import { addUser } from '../../support/host.ts'
import {
  HTML,
  linkTo,
  open,
  readRow,
  startPages,
  submit,
  wrongTokens,
} from '../../support/links.ts'

const linkOf = (userId: string, secret?: string) => linkTo('preferences', userId, secret)

test('the page describes the emails with the configured days and the address, and changes nothing', async () => {
  const service = await startPages({
    // This host lacks the column, which is allowed.
    LOCALE_COLUMN: 'speaks',
    NEW_MAX_AGE_DAYS: '21',
    OUTSTANDING_AFTER_DAYS: '1',
    REMINDER_COOLDOWN_DAYS: '5',
    APP_URL: 'https://covers.test/app&more',
  })
  const userId = await addUser(service.db, { email: 'ada.lovelace@private-domain.example' })
  for (const method of ['GET', 'HEAD', 'GET']) {
    const reply = await open(service, linkOf(userId), { method })
    expect(reply).toMatchObject({ status: 200, type: HTML })
    if (method === 'HEAD') continue
    for (const text of [
      'Your emails from Covers &amp; &lt;Friends&gt;',
      'Emails are on',
      'nothing older than 21 days',
      'unread for more than 1 day,',
      'within 5 days of another',
      'a•••@p•••.example',
      'href="https://covers.test/app&amp;more"',
    ]) {
      expect(reply.text).toContain(text)
    }
    expect(reply.text).not.toMatch(/lovelace|private-domain|<script|<img|\son[a-z]+=|role="status"/)
    expect(reply.text).not.toContain(userId)
  }
  expect(await readRow(service, userId)).toBeUndefined()
})

test('the switch redirects to the page, which shows the result once', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  for (const [emails, enabled, notice] of [
    ['off', false, 'Emails are off. '],
    ['off', false, 'Emails are off. '],
    ['on', true, 'Emails are on again.'],
  ] as const) {
    const reply = await submit(service, linkOf(userId), { emails, 'an-extension': 'adds this' })
    expect(reply).toMatchObject({ status: 303, text: '' })
    expect(reply.headers.get('location')).toBe(`?changed=${emails}`)
    expect(reply.headers.get('set-cookie')).toBeNull()
    expect(await readRow(service, userId)).toMatchObject({ notificationEmailsEnabled: enabled })
    const page = await open(service, `${linkOf(userId)}?changed=${emails}`)
    expect(/role="status".*<span>(.*)<\/span>/.exec(page.text)?.[1]).toContain(notice)
  }
  // An outdated or invalid result is not shown.
  for (const query of ['?changed=off', '?changed=%3Cb%3E', '?changed=on&changed=off', '?x=y']) {
    const page = await open(service, linkOf(userId) + query)
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('role="status"')
  }
})

test('a pause of 1, 7 or 28 days is offered, shown with its end, and ended', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  const link = linkOf(userId)
  const labels = ['Pause for 1 day', 'Pause for 7 days', 'Pause for 28 days']
  const buttonsOf = (text: string) =>
    [...text.matchAll(/name="pause" value="(\w+)">([^<]+)</g)].map(([, value, label]) => [
      value,
      label,
    ])
  const offered = ['1', '7', '28'].map((value, index) => [value, labels[index]])
  expect(buttonsOf((await open(service, link)).text)).toEqual(offered)

  for (const days of [1, 7, 28]) {
    const before = Date.now()
    const reply = await submit(service, link, { pause: String(days) })
    expect(reply).toMatchObject({ status: 303, text: '' })
    expect(reply.headers.get('location')).toBe('?changed=paused')
    const [row] = await service.db.select().from(preferences)
    expect(row).toMatchObject({ userId, updatedBy: 'link' })
    const length = (row?.pausedUntil?.getTime() ?? 0) - before
    expect(Math.round(length / 3_600_000)).toBe(days * 24)
    const { text } = await open(service, `${link}?changed=paused`)
    expect(text).toMatch(/role="status".*Emails are paused\./)
    const [, end] = /The pause lasts until (\d+ \w+), \d\d:\d\d UTC\./.exec(text) ?? []
    expect(new Date(`${end} ${row?.pausedUntil?.getUTCFullYear()} UTC`).getUTCDate()).toBe(
      row?.pausedUntil?.getUTCDate(),
    )
    expect(buttonsOf(text)).toEqual([['end', 'End the pause']])
  }
  const ended = await submit(service, link, { pause: 'end' })
  expect(ended.headers.get('location')).toBe('?changed=resumed')
  const { text } = await open(service, `${link}?changed=resumed`)
  expect(text).toMatch(/role="status".*Emails are no longer paused\./)
  expect(buttonsOf(text)).toEqual(offered)
  // Outdated results are not shown, and the page offers no pause while emails are off.
  expect((await open(service, `${link}?changed=paused`)).text).not.toContain('role="status"')
  await submit(service, link, { emails: 'off' })
  for (const query of ['', '?changed=resumed', '?changed=paused']) {
    const off = (await open(service, link + query)).text
    expect(off).not.toMatch(/role="status"|name="pause"/)
  }
})

test('an invalid form is refused with a page and changes nothing', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  const multipart = new FormData()
  multipart.set('emails', 'off')
  const faults = [
    { status: 400, request: { method: 'POST' } },
    { status: 400, request: { body: new URLSearchParams() } },
    { status: 400, request: { body: new URLSearchParams({ emails: 'perhaps' }) } },
    { status: 400, request: { body: new URLSearchParams('emails=on&emails=off') } },
    { status: 400, request: { body: new URLSearchParams({ pause: '2' }) } },
    { status: 400, request: { body: new URLSearchParams('pause=1&pause=7') } },
    { status: 415, request: { body: multipart } },
    { status: 415, request: { json: { emails: 'off' } } },
    { status: 413, request: { body: new URLSearchParams({ emails: 'off'.repeat(10_000) }) } },
  ]
  for (const { status, request } of faults) {
    const reply = await open(service, linkOf(userId), request)
    expect(reply, JSON.stringify(request)).toMatchObject({ status, type: HTML })
    expect(reply.text).toContain('That did not work')
  }
  expect(await service.db.select().from(userPrivacySettings)).toEqual([])
  expect(await service.db.select().from(preferences)).toEqual([])
})

test('the page explains a suppression: the reason, the date, and that the switch has no effect', async () => {
  const service = await startPages()
  const since = new Date('2026-03-04T23:59:00Z')
  const reasons = {
    'bounced: General': 'came back',
    complained: 'reported as spam',
    suppressed: 'accepts no emails',
  }
  for (const [reason, explanation] of Object.entries(reasons)) {
    const email = `ada-${explanation.length}@example.com`
    const userId = await addUser(service.db, { email })
    await service.db.insert(suppressions).values({ address: email, reason, since })
    const { text } = await open(service, `${linkOf(userId)}?changed=on`)
    expect(text).toContain(explanation)
    expect(text).toContain('4 March 2026')
    expect(text).toContain('Emails are on, but blocked')
    expect(text).toContain('Emails are on, but still blocked')
    await submit(service, linkOf(userId), { emails: 'off' })
    const off = (await open(service, linkOf(userId))).text
    expect(off).toContain('Emails are off')
    expect(off).toContain(explanation)
  }
})

test('the language is the user’s, else the browser’s, else the default', async () => {
  const service = await startPages({ LOCALE: 'de', LOCALE_COLUMN: 'locale' })
  await service.db.execute(sql`alter table users add column locale text`)
  await service.db.execute(
    sql`grant select (locale) on users to ${sql.identifier(inject('serviceRole').name)}`,
  )
  const userId = await addUser(service.db)
  const cases: [string | null, string | null, 'en' | 'de'][] = [
    ['en-GB', 'de', 'en'],
    ['de_AT.UTF-8', 'en', 'de'],
    ['fr', 'en-US,en;q=0.9', 'en'],
    [null, 'fr, en;q=0.3, de;q=0.7', 'de'],
    [null, 'en;q=0, de;q=0.1', 'de'],
    [null, 'fr, *;q=0.5', 'de'],
    [null, null, 'de'],
    ['', 'EN', 'en'],
    [null, 'constructor, __proto__;q=1, ;;q=x', 'de'],
  ]
  for (const [locale, accepted, lang] of cases) {
    await service.db.execute(sql`update users set locale = ${locale}`)
    const headers: Record<string, string> = { 'accept-language': accepted ?? '' }
    const page = await open(service, linkOf(userId), { headers })
    const name = `${locale} ${accepted}`
    expect(page.text, name).toContain(`<html lang="${lang}">`)
    expect(page.text, name).toContain(lang === 'de' ? 'Deine E-Mails' : 'Your emails')
  }
  const wrong = await open(service, '/preferences/x', { headers: { 'accept-language': 'en' } })
  expect(wrong.text).toContain('<html lang="en">')
})

test('a link for another purpose or an unknown user answers 404', async () => {
  const service = await startPages({ TRUST_PROXY: 'true' })
  const userId = await addUser(service.db)
  const unknownUser = linkOf('00000000-0000-4000-8000-000000000000')
  const links = wrongTokens('preferences', userId).map(token => `/preferences/${token}`)
  for (const [index, path] of [unknownUser, ...links].entries()) {
    const headers = { 'x-forwarded-for': `192.0.2.${index}` }
    const page = await open(service, path, { headers })
    expect(page, path).toMatchObject({ status: 404, type: HTML })
    const body = new URLSearchParams({ emails: 'off' })
    expect(await open(service, path, { headers, body }), path).toMatchObject({ status: 404 })
  }
  expect(await service.db.select().from(userPrivacySettings)).toEqual([])
})

test('an internal error is a page with 500 and no details, so that a provider retries', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  await service.db.execute(sql`alter table user_privacy_settings rename to elsewhere`)
  for (const path of [linkOf(userId), linkTo('unsubscribe', userId)]) {
    const reply = await submit(service, path, { emails: 'off' })
    expect(reply).toMatchObject({ status: 500, type: HTML })
    expect(reply.text).not.toMatch(/user_privacy_settings|elsewhere|select|Error/)
  }
})

import { describe, expect, it } from 'vitest'
import { findAccessibilityViolations, openPage, overflow } from '../../support/browser.ts'
import { email, emails, openMailbox } from '../../support/open-mailbox.ts'

const hostile = '<img src=x onerror=alert(1)>"\'&'
const escaped = '&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;'

async function page(url: string) {
  const response = await fetch(url)
  const { status, headers } = response
  return {
    status,
    headers,
    policy: headers.get('content-security-policy'),
    text: await response.text(),
  }
}

/** The subjects on a list page, in page order. */
function subjects(text: string): string[] {
  return [...text.matchAll(/<span class="subject">(.*?)<\/span>/g)].map(
    ([, subject]) => subject ?? '',
  )
}

describe('the list', () => {
  it('says how to get emails when there are none', async () => {
    const { url } = await openMailbox()
    const { status, text } = await page(url)
    expect(status).toBe(200)
    expect(text).toContain('npm run demo')
    expect(text).toContain('POST /v1/runs')
  })

  it('shows recipient, subject, first line and event, newest first', async () => {
    const { url, resend } = await openMailbox()
    await resend.emails.send({ ...email, subject: 'one', text: '\n  First line\nSecond' })
    await resend.emails.send({ ...email, subject: 'two', to: 'Bo <bounced@resend.dev>' })
    const { text } = await page(url)
    expect(subjects(text)).toEqual(['two', 'one'])
    expect(text).toContain('First line</span>')
    expect(text).not.toContain('Second')
    expect(text).toContain('<span class="badge bounced">bounced</span>')
    expect(text).toContain('2 emails accepted')
  })

  it('is the same with and without a trailing slash', async () => {
    const { url } = await openMailbox()
    expect((await page(`${url}/`)).status).toBe(200)
  })

  it('shows 50 emails a page, and each email exactly once', async () => {
    const { url, resend } = await openMailbox()
    await resend.batch.send(emails(100).map((one, index) => ({ ...one, subject: `s${index}` })))
    await resend.emails.send({ ...email, subject: 's100' })
    const seen: string[] = []
    let next: string | undefined = url
    while (next !== undefined) {
      const { text } = await page(next)
      const shown = subjects(text)
      expect(shown.length).toBeLessThanOrEqual(50)
      seen.push(...shown)
      const older: string | undefined = /href="([^"]*before=[^"]*)"/.exec(text)?.[1]
      next = older && new URL(older.replaceAll('&amp;', '&'), url).href
    }
    expect(seen).toEqual(Array.from({ length: 101 }, (_, index) => `s${100 - index}`))
  })

  it('searches addresses and subjects case-insensitively, and keeps the search when paging', async () => {
    const { url, resend } = await openMailbox()
    await resend.batch.send(emails(60))
    await resend.emails.send({ ...email, to: 'Grace <grace@host.test>', subject: 'Compilers' })
    expect(subjects((await page(`${url}?q=GRACE@`)).text)).toEqual(['Compilers'])
    expect(subjects((await page(`${url}?q=compil`)).text)).toEqual(['Compilers'])
    expect((await page(`${url}?q=user`)).text).toMatch(/href="[^"]*q=user&amp;before=/)
    const nothing = await page(`${url}?q=${encodeURIComponent(hostile)}`)
    expect(nothing.status).toBe(200)
    expect(nothing.text).toContain(escaped)
    expect(nothing.text).not.toContain('<img')
  })

  it('escapes untrusted texts', async () => {
    const { url, resend } = await openMailbox()
    const to = `"${'"><script>x</script>'.replace(/[<>]/g, '')}' & co" <ada@host.test>`
    await resend.emails.send({ ...email, subject: hostile, text: hostile, to })
    const { text } = await page(url)
    expect(subjects(text)).toEqual([escaped])
    expect(text).not.toContain('<img')
    expect(text).toContain('&#x27; &amp; co')
  })
})

describe('markup that could be slow to process', () => {
  const fill = (part: string) => part.repeat(Math.ceil(40_000 / part.length))

  it.each([
    '<style',
    '<script <head <title',
    '<',
    '<a ',
    '&#1',
    '<style></style',
    '</style><style>',
  ])('does not slow down the list: %s', async part => {
    const { url, resend, mailbox } = await openMailbox()
    const { text: _, ...bare } = email
    await resend.batch.send(emails(50).map(({ to }) => ({ ...bare, to, html: fill(part) })))

    const since = performance.now()
    const { status, text } = await page(url)
    const [first] = mailbox.emails()
    for (const path of ['html', 'links/0', '?view=check']) await page(`${url}/${first?.id}/${path}`)

    expect(status).toBe(200)
    expect(subjects(text)).toHaveLength(50)
    expect(performance.now() - since).toBeLessThan(2_000)
  })

  it('does not prevent a preview of an email without text', async () => {
    const { url, resend } = await openMailbox()
    const html = '<head><title>No</title></head><STYLE>p{}</STYLE><p>Hello &amp; welcome</p>'
    const { text: _, ...bare } = email
    await resend.emails.send({ ...bare, html })
    expect((await page(url)).text).toContain('<span class="line">Hello &amp; welcome</span>')
  })
})

describe('the page of an email', () => {
  const headers = { 'List-Unsubscribe': '<https://tidings.test/u?a=1&b=2>', 'X-Odd': hostile }
  const full = {
    ...email,
    subject: hostile,
    headers,
    tags: [{ name: 'delivery_id', value: 'd-1' }],
    text: `${hostile}\nOpen https://tidings.test/u?a=1&b=2. javascript://host.test/%0aalert(1)`,
  }

  async function sent(change = {}) {
    const open = await openMailbox()
    const { data } = await open.resend.emails.send(
      { ...full, ...change },
      { idempotencyKey: 'k-1' },
    )
    return { ...open, at: `${open.url}/${data?.id}` }
  }

  it('shows addresses, subject, headers, tags and key, all escaped', async () => {
    const { at } = await sent()
    const { status, text } = await page(at)
    expect(status).toBe(200)
    expect(text).toContain(`<h1>${escaped}</h1>`)
    expect(text).toContain('Tidings &lt;hello@tidings.test&gt;')
    expect(text).toContain('ada@host.test')
    expect(text).toContain(`<th scope="row">X-Odd</th><td>${escaped}</td>`)
    expect(text).toContain('<li><span>delivery_id</span> d-1</li>')
    expect(text).toContain('k-1')
    expect(text).not.toContain('<img')
  })

  it('shows the HTML in a sandboxed frame that may only open tabs', async () => {
    const { at } = await sent()
    const { pathname } = new URL(at)
    for (const view of ['html', 'phone', 'tablet']) {
      expect((await page(`${at}?view=${view}`)).text).toContain(
        `<iframe class="${view}" sandbox="allow-popups allow-popups-to-escape-sandbox" src="${pathname}/html"`,
      )
    }
    const { policy, headers, text } = await page(`${at}/html`)
    expect(text).toBe(email.html)
    expect(policy).toBe(
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it('shows the text and links only http and https URLs', async () => {
    const { at } = await sent()
    const { text } = await page(`${at}?view=text`)
    expect(text).toContain(
      '<a href="https://tidings.test/u?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">https://tidings.test/u?a=1&amp;b=2</a>.',
    )
    expect(text).toContain(escaped)
    expect(text).not.toContain('href="javascript')
  })

  it('opens a link of the HTML in a new tab that shows its address first', async () => {
    const { url } = await openMailbox()
    const target = `${url}?q=Ada&amp;all=yes`
    const html = `<p>Hello</p><a class=x HREF='${target}'>See <b>more</b></a>`
    const { at } = await sent({ html })
    const { page: tab, complaints } = await openPage()
    await tab.goto(at)

    const opening = tab.waitForEvent('popup')
    await tab.frameLocator('iframe').locator('a').click()
    const opened = await opening
    expect(new URL(opened.url()).pathname).toBe(`${new URL(at).pathname}/links/0`)
    expect(await opened.textContent('main')).toContain('See more')
    await opened.click('.open a')
    await opened.waitForURL(`${url}?q=Ada&all=yes`)
    expect(complaints).toEqual([])
  })

  it('opens no address but those that a browser opens from an email', async () => {
    const html = '<a href="javascript:alert(1)">x</a><a>no address</a><a href=/relative>y</a>'
    const { at } = await sent({ html })
    for (const index of [0, 1]) {
      const { text } = await page(`${at}/links/${index}`)
      expect(text).toContain('no address that a browser opens')
      expect(text).not.toMatch(/href="(javascript|\/relative)/)
    }
    expect((await page(`${at}/links/2`)).status).toBe(404)
    expect((await page(`${at}/html`)).text).toMatch(/^<a href="[^"]+\/links\/0" target="_blank">x/)
  })

  it('is checked as email clients read it, with its links', async () => {
    const html =
      '<script></script><img src="https://a.test/x.png"><a href="http://a.test/?a=1&amp;b=2"></a>' +
      '<p style="display: flex; position:absolute">x</p>'
    const { at } = await sent({ html, headers: {} })
    const { text } = await page(`${at}?view=check`)
    for (const wrong of [
      /one-click unsubscribe<\/th><td class="found bad">a List-Unsubscribe header is missing/,
      /scripts<\/th><td class="found bad">used: every client removes them/,
      /images without alt<\/th><td class="found bad">1:/,
      /links without text<\/th><td class="found bad">1:/,
      /links without encryption<\/th><td class="found bad">1:/,
      /flexbox and grid<\/th><td class="found bad">used/,
      /CSS position<\/th><td class="found bad">used/,
      /size<\/th><td class="found good">0\.1 kB/,
      /forms<\/th><td class="found good">not used/,
      /<th scope="row">\(no text\)<\/th><td><a href="[^"]+\/links\/0" target="_blank">http:\/\/a\.test\/\?a=1&amp;b=2</,
    ]) {
      expect(text).toMatch(wrong)
    }
    expect((await page(`${(await sent({ html: undefined })).at}?view=check`)).text).toMatch(
      /HTML part<\/th><td class="found bad">none/,
    )
  })

  it('shows the source as text', async () => {
    const { at } = await sent()
    expect((await page(`${at}?view=source`)).text).toContain('&lt;p&gt;Hello Ada&lt;/p&gt;')
  })

  it('shows the only body that an email has', async () => {
    const plain = await sent({ html: undefined })
    expect((await page(plain.at)).text).toContain('<pre class="text">')
    expect((await page(`${plain.at}/html`)).status).toBe(404)
    const rich = await sent({ text: undefined })
    expect((await page(`${rich.at}?view=text`)).text).toContain('<iframe')
  })

  it('is a 404 page for an unknown id', async () => {
    const { url } = await openMailbox()
    for (const path of ['/nothing', '/nothing/html', '/no/such/page']) {
      const { status, text, policy } = await page(url + path)
      expect(status).toBe(404)
      expect(text).toContain('No such email')
      expect(policy).toContain("default-src 'none'")
    }
  })
})

describe('every page', () => {
  it('is accessible and fits from a phone to a desktop, in light and dark', async () => {
    const open = await openMailbox({ database: 'one' })
    await open.resend.emails.send({ ...email, html: '<a href="https://a.test">News</a>' })
    const id = open.mailbox.emails()[0]?.id
    const { page: tab, complaints } = await openPage()
    const views = ['html', 'phone', 'tablet', 'text', 'source', 'check'].map(
      of => `/${id}?view=${of}`,
    )
    for (const path of ['', '?q=nothing', ...views, `/${id}/links/0`]) {
      await tab.goto(open.url + path)
      for (const [width, colorScheme] of [
        [375, 'dark'],
        [768, 'light'],
        [1280, 'light'],
      ] as const) {
        await tab.emulateMedia({ colorScheme })
        await tab.setViewportSize({ width, height: 900 })
        const where = `${path}, ${width} px, ${colorScheme}`
        expect(await overflow(tab), where).toBe(0)
        // The email itself has no title and no language.
        expect(await findAccessibilityViolations(tab, ['frame-tested']), where).toEqual([])
      }
    }
    expect(complaints).toEqual([])
  })

  it('allows its own style sheet and nothing else', async () => {
    const { url, resend } = await openMailbox()
    const { data } = await resend.emails.send(email)
    for (const path of ['', `/${data?.id}`, '/nothing']) {
      const { policy, text } = await page(url + path)
      expect(policy).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      expect(text).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=/i)
      const sheet = /<link rel="stylesheet" href="([^"]+)">/.exec(text)?.[1]
      const style = await fetch(new URL(sheet ?? '', url))
      expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    }
  })
})

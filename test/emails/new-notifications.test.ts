import { describe, expect, test } from 'vitest'
import { render } from '../support/render.ts'
import { digest, fiveItems, item, one, twelve } from '../support/sample-emails.ts'

const count = (text: string, part: string) => text.split(part).length - 1

describe('one notification', () => {
  const email = render(one)

  test('its title is the subject', () => {
    expect(email.subject).toBe('Mara commented on your cover')
  })

  test('both parts contain title, message, type and time', () => {
    for (const part of [email.html, email.text]) {
      expect(part).toContain('Mara commented on your cover')
      expect(part).toContain('That bridge!')
      expect(part).toContain('Comment · 14 Nov, 09:12 UTC')
    }
  })

  test('the greeting contains the name if there is one', () => {
    expect(email.text).toMatch(/^Hi Jonas, something new for you\n/)
    const { html, text } = render(digest({ recipientName: ' \u202e' }))
    expect(text).toMatch(/^Hello, something new for you\n/)
    expect(html).toMatch(/<h1[^>]*>Hello, something new for you<\/h1>/)
  })

  test('no further notifications are mentioned', () => {
    expect(email.text).not.toMatch(/and \d+ more/)
  })
})

describe('many notifications', () => {
  const email = render(twelve)

  test('the subject contains their number and the most personal one', () => {
    expect(email.subject).toBe('12 new in EPTSS: Ana mentioned you in “Dreams (bossa version)”')
  })

  test('the newest of equally important ones determines the subject', () => {
    const items = [item({ title: 'Newer' }), item({ title: 'Older' })]
    expect(render(digest({ items })).subject).toBe('2 new in EPTSS: Newer')
  })

  test('all five are shown in order and the rest is counted', () => {
    const places = fiveItems.map(({ title }) => email.text.indexOf(title))
    expect(places.every(place => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(count(email.html, '<h2')).toBe(5)
    for (const part of [email.html, email.text]) expect(part).toContain('and 7 more')
  })

  test('a digest with more than five items still shows five', () => {
    const { html, text } = render(digest({ items: Array.from({ length: 8 }, () => item()) }))
    expect(count(html, '<h2')).toBe(5)
    expect(text).toContain('and 3 more')
  })

  test('numbers are grouped', () => {
    expect(render(digest({ total: 12345 })).subject).toMatch(/^12,345 new in EPTSS: /)
  })
})

test('an unknown type is shown without a label', () => {
  for (const type of ['playlist_published', 'constructor', '__proto__', '']) {
    const { text } = render(digest({ items: [item({ type })] }))
    expect(text).toContain('\n  14 Nov, 09:12 UTC')
  }
})

test('a missing title is replaced, a missing message is omitted', () => {
  const { subject, text, html } = render(
    digest({ items: [item({ title: '\u200b', message: '' })] }),
  )
  expect(subject).toBe('Something new in EPTSS')
  expect(text).toContain('* Something new in EPTSS\n  Comment · ')
  expect(html).not.toContain('<bdi></bdi>')
})

test('the year is shown if it is not the current one', () => {
  const items = [item({ createdAt: new Date('2025-12-31T23:59:59Z') })]
  expect(render(digest({ items })).text).toContain('Comment · 31 Dec 2025, 23:59 UTC')
})

test('a digest without items is refused', () => {
  expect(() => render(digest({ items: [], total: 3 }))).toThrow('without items')
})

test('an invalid date is refused', () => {
  expect(() => render(digest({ items: [item({ createdAt: new Date('x') })] }))).toThrow()
})

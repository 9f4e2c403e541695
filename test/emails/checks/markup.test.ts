import { caniemail } from 'caniemail'
import { HtmlValidate } from 'html-validate'
import { afterAll, describe, expect, test } from 'vitest'
import { type Figures, saveFigures } from './figures.ts'
import { sampleEmails } from './sample-emails.ts'

/** Rules that make sense for web pages but not for emails, or are a matter of taste. */
const webOnly = [
  // Mail clients remove style sheets, and Outlook takes the size of tables only from attributes.
  'no-inline-style',
  'no-deprecated-attr',
  'no-conditional-comment',
  // React's notation, which every parser accepts.
  'void-style',
  'attr-case',
  // The title is the subject, which has at most 120 characters.
  'long-title',
  // Some screen readers in mail clients do not know `none` yet.
  'presentation-role-style',
]
const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: Object.fromEntries(webOnly.map(rule => [rule, 'off'])),
})

/** Without Thunderbird and Samsung's own client: caniemail has incomplete data for them and throws. */
const clients: Parameters<typeof caniemail>[0]['clients'] = [
  'gmail.*',
  'apple-mail.*',
  'outlook.*',
  'yahoo.*',
  'samsung-email.*',
  'protonmail.*',
  'fastmail.*',
  'hey.*',
]

/** Features that some of these clients do not support, and why we can still use them. */
const allowed: Record<string, string> = {
  'color-scheme CSS property': 'without it, a client with a dark mode chooses the colours',
  'color-scheme meta tag': 'same as the CSS property',
  '@media': 'dark scheme and small screens; the light, wide layout works without it',
  '<style> element': 'contains only these media queries',
  'Type selector': 'the background outside our wrapper, which has it inline',
  'Attribute selector': 'undoes Apple’s blue dates, which no other client has',
  '<body> element': 'a wrapper has the same style',
  '<bdi> element': 'an unknown element is inline text; the text direction is then guessed',
  'overflow-wrap': 'word-break has the same effect, and the tables have a fixed layout',
  'word-break': 'overflow-wrap has the same effect',
  overflow: 'keeps stacked accents in their own card if supported',
  'table-layout': 'without it, a long word widens a card, but the email stays readable',
  'target attribute': 'written by React Email; mail clients open links in their own way',
  'display:none': 'hides the preheader, which size and opacity also do',
  opacity: 'same as display:none',
  'max-height property': 'same as display:none',
  'height property': 'height of an icon’s circle, which the line height also sets',
  'height attribute': 'the logo’s height, which is also in its style',
  'width attribute': 'widths that are also in the style',
  'border-radius': 'without it, corners are square',
  outline: 'React Email’s reset of images',
  'text-decoration': 'without it, links stay underlined',
  'text-decoration-line': 'React Email’s reset of links',
  'role attribute': 'without it, a screen reader announces layout tables',
  'aria-hidden attribute': 'without it, a screen reader reads an icon’s character aloud',
  'lang attribute': 'without it, a screen reader uses its own language',
}

const figures: Figures = {}
const used = new Set<string>()
afterAll(() => saveFigures('markup', figures))

describe.each(sampleEmails)('$name', ({ name, email }) => {
  test('the HTML is well formed', async () => {
    const report = await validator.validateString(email.html)
    const errors = report.results.flatMap(result => result.messages)
    expect(errors.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([])
    const size = Buffer.byteLength(email.html)
    expect(size).toBeLessThan(80_000)
    figures[name] = {
      'HTML, KB': (size / 1_000).toFixed(1),
      'text, KB': (Buffer.byteLength(email.text) / 1_000).toFixed(1),
      'html-validate': errors.length,
      ...figures[name],
    }
  })

  test('features that some mail clients do not support are on the allow-list', () => {
    const { issues } = caniemail({ clients, html: email.html })
    const titles = new Set([...issues.errors.values()].flat().map(issue => issue.title))
    for (const title of titles) used.add(title)
    const unexpected = [...titles].filter(title => !Object.hasOwn(allowed, title))
    expect(unexpected).toEqual([])
    figures[name] = {
      ...figures[name],
      'unknown to a client': titles.size,
      'not allowed': unexpected.length,
    }
  })
})

test('the allow-list contains only features that the emails use', () => {
  expect(Object.keys(allowed).filter(title => !used.has(title))).toEqual([])
})

test('the checks find errors', async () => {
  const bad = '<html><title>a</title><title>b</title><video src="x"></video><p><div></p></html>'
  expect((await validator.validateString(bad)).valid).toBe(false)
  const { issues } = caniemail({ clients, html: bad })
  expect([...issues.errors.values()].flat().map(issue => issue.title)).toContain('<video> element')
})

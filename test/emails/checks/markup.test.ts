import { caniemail } from 'caniemail'
import { HtmlValidate } from 'html-validate'
import { afterAll, describe, expect, test } from 'vitest'
import { type Figures, keepFigures } from './figures.ts'
import { sampleEmails } from './sample-emails.ts'

/** What is right for a page on the web and wrong for an email, or a matter of taste. */
const webOnly = [
  // Mail clients drop style sheets, and Outlook sizes tables by their attributes alone.
  'no-inline-style',
  'no-deprecated-attr',
  'no-conditional-comment',
  // React writes them so; every parser reads them alike.
  'void-style',
  'attr-case',
  // The title is the subject, of 120 characters at most.
  'long-title',
  // `none` is newer than some screen readers in mail clients.
  'presentation-role-style',
]
const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: Object.fromEntries(webOnly.map(rule => [rule, 'off'])),
})

/** Beside Thunderbird and Samsung's own, whose tables caniemail has only in part: it throws there. */
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

/** What some of these clients do not know, and why it may be there all the same. */
const allowed: Record<string, string> = {
  'color-scheme CSS property': 'without it a client that darkens mail does so by itself',
  'color-scheme meta tag': 'the same',
  '@media': 'dark scheme and small screens: the light, wide page is whole without',
  '<style> element': 'holds only that',
  'Type selector': 'the page’s background outside of our own wrapper, which has it inline',
  'Attribute selector': 'undoes Apple’s blue dates; nobody else makes them',
  '<body> element': 'its style is on a wrapper as well',
  '<bdi> element': 'an unknown element is inline text; `dir` of a stranger’s words is then guessed',
  'overflow-wrap': 'word-break stands beside it, and the tables have a fixed layout',
  'word-break': 'overflow-wrap stands beside it',
  overflow: 'keeps piled-up accents in their own card, where a client can',
  'table-layout': 'without it a long word widens a card; the page still reads',
  'target attribute': 'React Email writes it; a mail client opens links its own way',
  'display:none': 'hides the preheader, and so do the size and the colour beside it',
  opacity: 'the same',
  'max-height property': 'the same',
  'height property': 'the height of an icon’s circle: the line height gives it too',
  'height attribute': 'the logo’s, and its style has it too',
  'width attribute': 'the same',
  'border-radius': 'corners are square there',
  outline: 'React Email’s reset of images',
  'text-decoration': 'a link stays underlined there',
  'text-decoration-line': 'React Email’s reset of links',
  'role attribute': 'a screen reader there reads layout tables as tables',
  'aria-hidden attribute': 'a screen reader there reads an icon’s sign aloud',
  'lang attribute': 'a screen reader there takes its own language',
}

const figures: Figures = {}
const used = new Set<string>()
afterAll(() => keepFigures('markup', figures))

describe.each(sampleEmails)('$name', ({ name, email }) => {
  test('the HTML is well formed', async () => {
    const report = await validator.validateString(email.html)
    const faults = report.results.flatMap(result => result.messages)
    expect(faults.map(fault => `${fault.ruleId}: ${fault.message}`)).toEqual([])
    const size = Buffer.byteLength(email.html)
    expect(size).toBeLessThan(80_000)
    figures[name] = {
      'HTML, KB': (size / 1_000).toFixed(1),
      'text, KB': (Buffer.byteLength(email.text) / 1_000).toFixed(1),
      'html-validate': faults.length,
      ...figures[name],
    }
  })

  test('what mail clients do not know of it does no harm there', () => {
    const { issues } = caniemail({ clients, html: email.html })
    const titles = new Set([...issues.errors.values()].flat().map(issue => issue.title))
    for (const title of titles) used.add(title)
    const strange = [...titles].filter(title => !Object.hasOwn(allowed, title))
    expect(strange).toEqual([])
    figures[name] = {
      ...figures[name],
      'unknown to a client': titles.size,
      'not allowed': strange.length,
    }
  })
})

test('the allow-list allows nothing that is not there', () => {
  expect(Object.keys(allowed).filter(title => !used.has(title))).toEqual([])
})

test('the checks find what is wrong', async () => {
  const bad = '<html><title>a</title><title>b</title><video src="x"></video><p><div></p></html>'
  expect((await validator.validateString(bad)).valid).toBe(false)
  const { issues } = caniemail({ clients, html: bad })
  expect([...issues.errors.values()].flat().map(issue => issue.title)).toContain('<video> element')
})

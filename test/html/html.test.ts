import { describe, expect, it } from 'vitest'
import { html } from '../../src/html/html.ts'

describe('html', () => {
  it('escapes values for content and for quoted attributes', () => {
    const hostile = `<script>"&'</script>`
    expect(String(html`<a title="${hostile}">${hostile}</a>`)).toBe(
      '<a title="&lt;script&gt;&quot;&amp;&#x27;&lt;/script&gt;">&lt;script&gt;&quot;&amp;&#x27;&lt;/script&gt;</a>',
    )
  })

  it('keeps nested templates, and joins arrays', () => {
    const items = ['a', '<b>'].map(item => html`<li>${item}</li>`)
    expect(String(html`<ul>${items}</ul>${[1, '&']}`)).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>1&amp;',
    )
  })

  it('omits null, undefined and false, but not zero or the empty string', () => {
    expect(String(html`[${null}${undefined}${false}${0}${''}${true}]`)).toBe('[0true]')
  })

  it('escapes an object that only looks like a template', () => {
    expect(String(html`${{ toString: () => '<b>' }}`)).toBe('&lt;b&gt;')
  })
})

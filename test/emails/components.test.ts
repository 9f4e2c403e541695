import { createElement, type FunctionComponent } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import * as reactEmail from 'react-email'
import { expect, test } from 'vitest'
import * as ours from '../../src/emails/components.ts'

const href = 'https://app.example.com/notifications?a=1&b=2'
/** Every component with props like those in the templates. */
const uses: Record<keyof typeof ours, object[]> = {
  Html: [{}, { lang: 'de' }],
  Head: [{}],
  Body: [{}, { lang: 'de' }],
  Section: [
    {},
    { className: 'page', style: { backgroundColor: '#fff', padding: '0' } },
    {
      className: 'panel',
      tdClassName: 'inside',
      style: { borderRadius: 16, padding: '32px 28px' },
    },
  ],
  Container: [{}, { tdClassName: 'gutter', style: { maxWidth: 600, padding: '28px 20px 36px' } }],
  Row: [{}, { style: { tableLayout: 'fixed' } }],
  Column: [{}, { style: { verticalAlign: 'top', width: 48 } }],
  Heading: [{}, { as: 'h2', className: 'ink', style: { margin: '0 0 20px', fontSize: 26 } }],
  Text: [
    {},
    { className: 'soft', style: { color: '#333', lineHeight: '22px', margin: '20px 4px 0' } },
    { style: { margin: '4px 0 8px', fontSize: 13 } },
    { style: { margin: '1px 2px 3px 4px' } },
  ],
  Link: [{ href }, { href, className: 'link', style: { color: '#123', textDecoration: 'none' } }],
  Img: [{ src: href, alt: 'Tidings', height: 32, style: { maxWidth: '100%' } }, { src: href }],
  Button: [
    { href, className: 'button', style: { padding: '13px 28px', marginTop: 12, color: '#fff' } },
    { href, style: { padding: '10px 20px' } },
    { href, style: { padding: '0px 0px' } },
  ],
}
/** Sorts attributes, whose order is irrelevant, unlike that of styles. */
const sortAttributes = (html: string) =>
  html.replace(
    /<(\w+)((?: [\w-]+="[^"]*")+)/g,
    (_tag, name, attributes: string) =>
      `<${name}${(attributes.match(/ [\w-]+="[^"]*"/g) ?? []).sort().join('')}`,
  )
const isVoid = (name: string) => name === 'Img'

test.each(Object.entries(uses))('%s renders the same HTML as React Email’s', (name, cases) => {
  for (const props of cases) {
    const render = (components: object) => {
      const component = (components as Record<string, FunctionComponent>)[name]
      if (!component) throw new Error(`there is no ${name}`)
      return sortAttributes(
        renderToStaticMarkup(createElement(component, props, isVoid(name) ? undefined : 'x < y')),
      )
    }
    expect(render(ours)).toBe(render(reactEmail))
  }
})

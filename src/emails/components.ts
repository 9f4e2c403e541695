import { type ComponentProps, type CSSProperties, createElement, type ReactNode } from 'react'

// The elements of React Email that our emails need: table layouts and workarounds for Outlook. React Email
// itself depends on 113 packages for its development server. A test compares each element with React
// Email's element of the same name.

type Styled = { style?: CSSProperties }
type Wrapped = Styled & { className?: string; tdClassName?: string; children?: ReactNode }

const table = { border: 0, cellPadding: '0', cellSpacing: '0', role: 'presentation' }

export function Html({ lang = 'en', dir = 'ltr', ...props }: ComponentProps<'html'>): ReactNode {
  return createElement('html', { ...props, dir, lang })
}

export function Head({ children, ...props }: ComponentProps<'head'>): ReactNode {
  const type = { content: 'text/html; charset=UTF-8', httpEquiv: 'Content-Type' }
  return createElement(
    'head',
    props,
    createElement('meta', type),
    createElement('meta', { name: 'x-apple-disable-message-reformatting' }),
    children,
  )
}

/** Some clients remove `body`, so its language and direction are repeated on an inner element. */
export function Body({ lang = 'en', dir = 'ltr', children }: ComponentProps<'body'>): ReactNode {
  const cell = createElement('td', { dir, lang }, children)
  const rows = createElement('tbody', null, createElement('tr', null, cell))
  return createElement(
    'body',
    { lang, dir },
    createElement('table', { ...table, width: '100%', align: 'center' }, rows),
  )
}

/** Moves padding to the cell, because Outlook ignores the padding of a table. */
function splitPadding(style: CSSProperties): { outer: CSSProperties; inner: CSSProperties } {
  const select = (isPadding: boolean) =>
    Object.fromEntries(
      Object.entries(style).filter(([name]) => name.startsWith('padding') === isPadding),
    )
  return { outer: select(false), inner: select(true) }
}

export function Section({ style = {}, tdClassName, children, ...props }: Wrapped): ReactNode {
  const { outer, inner } = splitPadding(style)
  const cell = createElement('td', { className: tdClassName, style: inner }, children)
  const rows = createElement('tbody', null, createElement('tr', null, cell))
  return createElement(
    'table',
    { align: 'center', width: '100%', ...table, ...props, style: outer },
    rows,
  )
}

export function Container({ style = {}, tdClassName, children, ...props }: Wrapped): ReactNode {
  const { outer, inner } = splitPadding(style)
  const cell = createElement('td', { className: tdClassName, style: inner }, children)
  const rows = createElement('tbody', null, createElement('tr', { style: { width: '100%' } }, cell))
  return createElement(
    'table',
    {
      ...{ align: 'center', width: '100%', ...props, ...table },
      style: { maxWidth: '37.5em', ...outer },
    },
    rows,
  )
}

export function Row({ children, ...props }: Styled & { children?: ReactNode }): ReactNode {
  const wide = { style: { width: '100%' } }
  const rows = createElement('tbody', wide, createElement('tr', wide, children))
  return createElement('table', { align: 'center', width: '100%', ...table, ...props }, rows)
}

export function Column(props: ComponentProps<'td'>): ReactNode {
  return createElement('td', { ...props, ...{ 'data-id': '__react-email-column' } })
}

export function Heading({ as = 'h1', ...props }: ComponentProps<'h1'> & { as?: 'h1' | 'h2' }) {
  return createElement(as, props)
}

/** Sets each margin separately, because some clients ignore `margin` of a paragraph. */
export function Text({ style, ...props }: ComponentProps<'p'>): ReactNode {
  const { margin = '16px' } = style ?? {}
  const [top, right = top, bottom = top, left = right] = String(margin).split(' ')
  const hasMargin = style?.margin !== undefined
  const margins = {
    marginTop: top,
    ...(hasMargin && { marginRight: right }),
    marginBottom: bottom,
    ...(hasMargin && { marginLeft: left }),
  }
  return createElement('p', {
    ...props,
    style: { fontSize: '14px', lineHeight: '24px', ...style, ...margins },
  })
}

export function Link({ target = '_blank', style, ...props }: ComponentProps<'a'>): ReactNode {
  const linkStyle = { color: '#067df7', textDecorationLine: 'none', ...style }
  return createElement('a', { ...props, style: linkStyle, target })
}

export function Img({ alt = '', style, ...props }: ComponentProps<'img'>): ReactNode {
  const reset = { display: 'block', outline: 'none', border: 'none', textDecoration: 'none' }
  return createElement('img', { ...props, alt, style: { ...reset, ...style } })
}

/** Outlook ignores the padding of links, so it gets hair spaces of the same width and raised text. */
export function Button({ style, children, ...props }: ComponentProps<'a'>): ReactNode {
  const [vertical = 0, horizontal = 0] = String(style?.padding ?? '0 0')
    .split(' ')
    .map(part => Number.parseFloat(part))
  // Outlook stretches a space to at most five times its width.
  const spaces = Math.ceil(horizontal / 10)
  const width = spaces === 0 ? 0 : horizontal / spaces / 2
  const raise = (2 * vertical * 3) / 4
  const hair = '&#8202;'.repeat(spaces)
  const forOutlook = (html: string) =>
    createElement('span', {
      // biome-ignore lint/security/noDangerouslySetInnerHtml: contains only our own numbers; React would escape comments
      dangerouslySetInnerHTML: { __html: `<!--[if mso]>${html}<![endif]-->` },
    })
  const font = `mso-font-width:${width * 100}%`
  const label = {
    maxWidth: '100%',
    display: 'inline-block',
    lineHeight: '120%',
    msoPaddingAlt: '0px',
    msoTextRaise: (vertical * 3) / 4,
  } as CSSProperties
  const buttonStyle = {
    ...{ lineHeight: '100%', textDecoration: 'none', display: 'inline-block', maxWidth: '100%' },
    msoPaddingAlt: '0px',
    ...style,
    ...{ paddingTop: vertical, paddingRight: horizontal },
    ...{ paddingBottom: vertical, paddingLeft: horizontal },
  }
  return createElement(
    'a',
    { ...props, style: buttonStyle, target: '_blank' },
    forOutlook(`<i style="${font};mso-text-raise:${raise}px" hidden>${hair}</i>`),
    createElement('span', { style: label }, children),
    forOutlook(`<i style="${font}" hidden>${hair}&#8203;</i>`),
  )
}

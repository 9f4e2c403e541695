import { createHash } from 'node:crypto'
import { document } from '../../../html/document.ts'
import { type Html, html } from '../../../html/html.ts'
import type { Messages } from '../../../i18n/messages.ts'
import { accentOf } from './colours.ts'
import { styleSheet } from './style.ts'

/** The host application, as the pages show it. */
export interface HostApp {
  name: string
  url: string
  /** `#rrggbb` */
  color: string | undefined
}

export interface Page {
  /** The heading; also the document's title, after the `notice`. */
  title: string
  /** The result of the last form. It begins the document's title, so screen readers start with it. */
  notice?: string | undefined
  content: Html
}

export interface Frame {
  app: HostApp
  /** The Content-Security-Policy of these pages: one inline style sheet, one form. */
  policy: string
  around(messages: Messages, page: Page): Html
}

const bell = html`<path d="M6 9.5a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4s2-1.5 2-6.500M10 19.500a2.2 2.2 0 0 0 4 0"/>`

/** The layout of every page. It needs no JavaScript and loads nothing from another host. */
export function buildFrame(app: HostApp): Frame {
  const style = styleSheet(app.color)
  const icon = createIcon(app.color)
  return {
    app,
    policy: [
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      'img-src data:',
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    around: (messages, { title, notice, content }) =>
      document({
        lang: messages.lang,
        title: notice ? `${notice} ${title}` : title,
        head: html`<link rel="icon" href="${icon}">
<style>${style}</style>`,
        body: html`<header><span aria-hidden="true"><svg viewBox="0 0 24 24">${bell}</svg></span><p>${app.name}</p></header>
<main>
<h1>${title}</h1>
${content}
</main>
<footer><a href="${app.url}">${messages.pages.back(app.name)}</a></footer>`,
      }),
  }
}

function createIcon(color: string | undefined): string {
  const { fill, foreground } = accentOf(color).light
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="7" fill="${fill}"/><g transform="translate(3.6 3.6) scale(.7)" fill="none" stroke="${foreground}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">${bell}</g></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg.toString())}`
}

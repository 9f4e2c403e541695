import { createHash } from 'node:crypto'
import { document } from '../../../html/document.ts'
import { type Html, html } from '../../../html/html.ts'
import type { Messages } from '../../../i18n/messages.ts'
import { accentOf } from './colours.ts'
import { styleSheet } from './style.ts'

/** The application in whose name the pages speak. */
export interface HostApp {
  name: string
  url: string
  /** `#rrggbb` */
  color: string | undefined
}

export interface Page {
  /** The heading; also the window's title, where `said` stands before it. */
  title: string
  /** What has just happened: a screen reader begins with it. */
  said?: string | undefined
  content: Html
}

export interface Frame {
  app: HostApp
  /** The Content-Security-Policy under which these pages work: one style sheet, one form, no more. */
  policy: string
  around(words: Messages, page: Page): Html
}

const bell = html`<path d="M6 9.5a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4s2-1.5 2-6.500M10 19.500a2.2 2.2 0 0 0 4 0"/>`

/** What stands around every page. It works without JavaScript, and asks nothing of any other host. */
export function buildFrame(app: HostApp): Frame {
  const style = styleSheet(app.color)
  const icon = iconOf(app.color)
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
    around: (words, { title, said, content }) =>
      document({
        lang: words.lang,
        title: said ? `${said} ${title}` : title,
        head: html`<link rel="icon" href="${icon}">
<style>${style}</style>`,
        body: html`<header><span aria-hidden="true"><svg viewBox="0 0 24 24">${bell}</svg></span><p>${app.name}</p></header>
<main>
<h1>${title}</h1>
${content}
</main>
<footer><a href="${app.url}">${words.pages.back(app.name)}</a></footer>`,
      }),
  }
}

function iconOf(color: string | undefined): string {
  const { fill, ink } = accentOf(color).light
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="7" fill="${fill}"/><g transform="translate(3.6 3.6) scale(.7)" fill="none" stroke="${ink}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">${bell}</g></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg.toString())}`
}

import { document } from '../../../html/document.ts'
import { type Html, html } from '../../../html/html.ts'
import type { LastEvent } from '../stored-email.ts'

const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#b4532a"/><path d="M8 11.5h16v10H8z M8 12l8 6 8-6" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>',
  )

interface Page {
  /** The path of the mailbox, without a trailing slash. */
  base: string
  title: string
  /** The text below the mailbox's name. */
  aside?: Html
  content: Html
}

/** The layout of every page. */
export function layout({ base, title, aside, content }: Page): Html {
  return document({
    lang: 'en',
    title,
    head: html`<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${base}/assets/mailbox.css">`,
    body: html`<a class="skip" href="#content">Skip to content</a>
<header class="top">
<a class="brand" href="${base || '/'}"><svg viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="5.5" width="18" height="13" rx="2.5"/><path d="m3.8 7 8.2 6.2L20.2 7"/></svg>Mailbox</a>
${aside}
</header>
<main id="content">
${content}
</main>
<footer class="foot">Local mode. These emails have not left this machine.</footer>`,
  })
}

/** The last delivery event as a coloured label. */
export function badge(event: LastEvent): Html {
  return html`<span class="badge ${event}">${event}</span>`
}

export function notFoundPage(base: string): Html {
  return layout({
    base,
    title: 'Not found – Mailbox',
    content: html`<section class="empty">
<h1>No such email</h1>
<p>Only the newest emails are kept. <a href="${base || '/'}">Show all mail</a></p>
</section>`,
  })
}

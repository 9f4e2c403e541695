import { type Html, html } from '../../../html/html.ts'
import { layout } from './layout.ts'

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

import { type Html, html } from '../../../html/html.ts'
import { isOpenable, type Link } from '../links.ts'
import { layout } from './layout.ts'

/** Shows the address of a link, which may not be what its text says, before it is opened. */
export function linkPage(base: string, id: string, { text, url }: Link): Html {
  return layout({
    base,
    title: 'Link – Mailbox',
    aside: html`<p class="count"><a href="${base}/${id}">← The email</a></p>`,
    content: html`<article class="email"><h1>Open this link?</h1>
${text !== '' && html`<p>Its text is “${text.slice(0, 200)}”.</p>`}
<p class="open">${isOpenable(url) ? html`<a href="${url}" rel="noreferrer noopener">${url}</a>` : url}</p>
<p>${isOpenable(url) ? 'Click the address to open it. It leaves the mailbox, and acts as for the recipient.' : 'It has no address that a browser opens from an email.'}</p></article>`,
  })
}

import { type Html, html } from '../../../html/html.ts'
import { fullTime } from '../../../html/times.ts'
import type { StoredEmail } from '../stored-email.ts'
import { badge, layout } from './layout.ts'
import { linked } from './text.ts'

const views = { html: 'HTML', text: 'Text', source: 'Source' } as const
type View = keyof typeof views

export function isView(name: string): name is View {
  return Object.hasOwn(views, name)
}

export interface EmailView {
  /** The path of the mailbox, without a trailing slash. */
  base: string
  email: StoredEmail
  /** The body to show; by default the first available one. */
  view: View | undefined
}

export function emailPage({ base, email, view }: EmailView): Html {
  const shown = available(email, view)
  return layout({
    base,
    title: `${email.subject} – Mailbox`,
    aside: html`<p class="count"><a href="${base || '/'}">← All mail</a></p>`,
    content: html`<article class="email">
<h1>${email.subject}</h1>
<dl class="facts">
${fact('From', email.from)}
${addressFact('To', email.to)}
${addressFact('Cc', email.cc)}
${addressFact('Bcc', email.bcc)}
${addressFact('Reply to', email.replyTo)}
${fact('Accepted', fullTime(email.at))}
${email.scheduledAt !== null && fact('Scheduled for', email.scheduledAt)}
${email.attachments.length > 0 && fact('Attached', email.attachments.join(', '))}
${fact('Event', badge(email.lastEvent))}
</dl>
<nav class="tabs" aria-label="Views of this email">${tabs(base, email, shown)}</nav>
${body(base, email, shown)}
${details(email)}
</article>`,
  })
}

function available(email: StoredEmail, wanted: View | undefined): View {
  if (email.html === null) return 'text'
  if (email.text === null && wanted === 'text') return 'html'
  return wanted ?? 'html'
}

function fact(term: string, value: Html | string): Html {
  return html`<div><dt>${term}</dt><dd>${value}</dd></div>`
}

function addressFact(term: string, addresses: string[]): Html | false {
  return addresses.length > 0 && fact(term, addresses.join(', '))
}

function tabs(base: string, email: StoredEmail, shown: View): Html[] {
  const has = { html: email.html !== null, text: email.text !== null, source: email.html !== null }
  return (Object.keys(views) as View[])
    .filter(view => has[view])
    .map(
      view =>
        html`<a href="${base}/${email.id}?view=${view}"${view === shown && html` aria-current="page"`}>${views[view]}</a>`,
    )
}

function body(base: string, email: StoredEmail, shown: View): Html {
  if (shown === 'text') {
    return html`<section class="body" aria-label="Text"><pre class="text">${linked(email.text ?? '')}</pre></section>`
  }
  if (shown === 'source') {
    return html`<section class="body" aria-label="Source"><pre class="source" tabindex="0">${email.html}</pre></section>`
  }
  return html`<section class="body" aria-label="HTML">
<iframe sandbox="" src="${base}/${email.id}/html" title="The email as HTML"></iframe>
<p class="note">Scripts and links are disabled here: open links from <a href="${base}/${email.id}?view=text">the text</a>.</p>
</section>`
}

function details(email: StoredEmail): Html {
  const headers = Object.entries(email.headers)
  return html`
${
  headers.length > 0 &&
  html`<section class="details"><h2>Headers</h2><div class="scroll"><table><tbody>
${headers.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${linked(value)}</td></tr>`)}
</tbody></table></div></section>`
}
${
  email.tags.length > 0 &&
  html`<section class="details"><h2>Tags</h2><ul class="tags">
${email.tags.map(({ name, value }) => html`<li><span>${name}</span> ${value}</li>`)}
</ul></section>`
}
<section class="details"><h2>Request</h2><div class="scroll"><table><tbody>
<tr><th scope="row">Email id</th><td>${email.id}</td></tr>
<tr><th scope="row">Call</th><td>POST /${email.endpoint}</td></tr>
${email.key !== null && html`<tr><th scope="row">Idempotency key</th><td>${email.key}</td></tr>`}
</tbody></table></div></section>`
}

import { type Html, html } from '../../../html/html.ts'
import { fullTime } from '../../../html/times.ts'
import type { StoredEmail } from '../stored-email.ts'
import { checkPart } from './check.ts'
import { badge, layout } from './layout.ts'
import { linked } from './text.ts'

const views = {
  html: 'HTML',
  phone: 'Phone',
  tablet: 'Tablet',
  text: 'Text',
  source: 'Source',
  check: 'Check',
} as const
type View = keyof typeof views

const widths: Partial<Record<View, string>> = { phone: '375 px', tablet: '768 px' }

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
  if (wanted === 'check') return wanted
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
  const has = (view: View) =>
    view === 'check' || (view === 'text' ? email.text : email.html) !== null
  return (Object.keys(views) as View[])
    .filter(has)
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
  if (shown === 'check') return checkPart(base, email)
  return html`<section class="body" aria-label="${views[shown]}">
<iframe class="${shown}" sandbox="allow-popups allow-popups-to-escape-sandbox" src="${base}/${email.id}/html" title="The email as HTML"></iframe>
<p class="note">Scripts are disabled here. A link shows its address in a new tab before it opens.${widths[shown] && ` The frame is ${widths[shown]} wide, if the window is.`}</p>
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
${email.database !== undefined && html`<tr><th scope="row">Database</th><td>${email.database}</td></tr>`}
<tr><th scope="row">Email id</th><td>${email.id}</td></tr>
<tr><th scope="row">Call</th><td>POST /${email.endpoint}</td></tr>
${email.key !== null && html`<tr><th scope="row">Idempotency key</th><td>${email.key}</td></tr>`}
</tbody></table></div></section>`
}

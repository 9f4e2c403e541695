import type { Attempt } from '../../../core/audit/audit.ts'
import { emailTypes } from '../../../core/email-type.ts'
import { type Html, html } from '../../../html/html.ts'
import type { AskedFilter, FilterFields } from '../filter.ts'
import { attemptsTable } from './email-parts.ts'
import type { Frame } from './frame.ts'
import { typeNames } from './parts.ts'

interface EmailsView {
  attempts: Attempt[]
  asked: AskedFilter
  /** The cursor of the page with older ones; null on the last. */
  next: string | null
  isFirst: boolean
  now: number
}

export function emailsPage(frame: Frame, view: EmailsView): Html {
  const { attempts, asked, next, isFirst, now } = view
  const older = new URLSearchParams({ ...asked.fields, ...(next && { cursor: next }) })
  return frame.around({
    title: 'Emails',
    place: 'emails',
    content: html`<h1>Emails</h1>
${filterForm(asked)}
${attempts.length > 0 ? attemptsTable(attempts, now, true) : nothing(asked)}
<nav class="pager" aria-label="Pages">${isFirst ? html`<span></span>` : html`<a href="/emails?${new URLSearchParams({ ...asked.fields })}">← Newest</a>`}
${next && html`<a href="/emails?${older}" rel="next">Older →</a>`}</nav>`,
  })
}

function filterForm({ fields, faults }: AskedFilter): Html {
  const field = (name: keyof FilterFields, label: string, type: string, hint = '') => {
    const fault = faults[name]
    return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${fields[name]}"${hint && html` placeholder="${hint}"`}${
      fault && html` aria-invalid="true" aria-describedby="${name}-fault"`
    }>${fault && html`<span class="fault" id="${name}-fault">${fault}</span>`}</div>`
  }
  const choice = (name: 'type' | 'outcome', label: string, options: [string, string][]) =>
    html`<div class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}">
${[['', 'All'] as [string, string], ...options].map(([value, text]) => html`<option value="${value}"${(fields[name] ?? '') === value && html` selected`}>${text}</option>`)}
</select></div>`
  const rare = [fields.user, fields.notification, fields.run].some(Boolean)
  return html`<form class="filter card" role="search" aria-label="Emails" action="/emails">
<div class="fields">
${field('error', 'Error', 'search', 'a code, or any text in it')}
${choice(
  'type',
  'Type',
  emailTypes.map(type => [type, typeNames[type]]),
)}
${choice('outcome', 'Outcome', [
  ['accepted', 'Accepted'],
  ['not-accepted', 'Not accepted'],
])}
${field('from', 'From', 'date')}
${field('to', 'Until', 'date')}
</div>
<details${rare && html` open`}><summary>By person, notification or run</summary>
<div class="fields">
${field('user', 'Person’s id', 'text')}
${field('notification', 'Notification’s id', 'text')}
${field('run', 'Run’s id', 'text')}
</div></details>
<p class="buttons"><button class="main">Filter</button>${Object.keys(fields).length > 0 && html`<a href="/emails">Show all</a>`}</p>
</form>`
}

function nothing({ fields, faults }: AskedFilter): Html {
  if (Object.keys(faults).length > 0) {
    return html`<div class="empty card"><h2>That filter cannot be used</h2><p>See the field in question above.</p></div>`
  }
  if (Object.keys(fields).length > 0) {
    return html`<div class="empty card"><h2>No email fits</h2><p>All that was given above has to hold together. <a href="/emails">Show all</a></p></div>`
  }
  return html`<div class="empty card"><h2>No email so far</h2><p>Every attempt stands here from before its request leaves. <a href="/">Start a run</a> to mail those who are due.</p></div>`
}

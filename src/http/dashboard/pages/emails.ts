import type { Attempt } from '../../../core/audit/audit.ts'
import { emailTypes } from '../../../core/email-type.ts'
import { PROGRESS } from '../../../core/events/progress.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import type { FilterFields, ParsedFilter } from '../filter.ts'
import { attemptsTable, capitalize } from './email-parts.ts'
import type { Frame } from './frame.ts'
import { typeNames } from './parts.ts'

interface EmailsView {
  attempts: Attempt[]
  parsed: ParsedFilter
  /** The cursor of the next page, with older attempts; null on the last page. */
  next: string | null
  /** The time of the last attempt that a search has read; null if no calendar can show it. */
  searchedTo: Date | null
  isFirst: boolean
  now: number
}

export function emailsPage(frame: Frame, view: EmailsView): Html {
  const { attempts, parsed, next, searchedTo, isFirst, now } = view
  const older = new URLSearchParams({ ...parsed.fields, ...(next && { cursor: next }) })
  return frame.around({
    title: 'Emails',
    section: 'emails',
    content: html`<h1>Emails</h1>
${filterForm(parsed)}
${attempts.length > 0 ? attemptsTable(attempts, now, true) : emptyList(parsed, next === null ? null : bothTimes(searchedTo, now))}
<nav class="pager" aria-label="Pages">${isFirst ? html`<span></span>` : html`<a href="/emails?${new URLSearchParams({ ...parsed.fields })}">← Newest</a>`}
${next && html`<a href="/emails?${older}" rel="next">Older →</a>`}</nav>`,
  })
}

function filterForm({ fields, faults }: ParsedFilter): Html {
  const field = (name: keyof FilterFields, label: string, type: string, hint = '') => {
    const fault = faults[name]
    return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${fields[name]}"${hint && html` placeholder="${hint}"`}${
      fault && html` aria-invalid="true" aria-describedby="${name}-fault"`
    }>${fault && html`<span class="fault" id="${name}-fault">${fault}</span>`}</div>`
  }
  const choice = (
    name: 'type' | 'outcome' | 'progress',
    label: string,
    options: [string, string][],
  ) =>
    html`<div class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}">
${[['', 'All'] as [string, string], ...options].map(([value, text]) => html`<option value="${value}"${(fields[name] ?? '') === value && html` selected`}>${text}</option>`)}
</select></div>`
  const isOpen = [fields.user, fields.notification, fields.run].some(Boolean)
  return html`<form class="filter card" role="search" aria-label="Emails" action="/emails">
<div class="fields">
${field('error', 'Error', 'search', 'a code, or part of the message')}
${choice(
  'type',
  'Type',
  emailTypes.map(type => [type, typeNames[type]]),
)}
${choice('outcome', 'Outcome', [
  ['accepted', 'Accepted'],
  ['not-accepted', 'Not accepted'],
])}
${choice(
  'progress',
  'Provider status',
  PROGRESS.map(name => [name, capitalize(name)]),
)}
${field('from', 'From', 'date')}
${field('to', 'Until', 'date')}
</div>
<details${isOpen && html` open`}><summary>By user, notification or run</summary>
<div class="fields">
${field('user', 'User id', 'text')}
${field('notification', 'Notification id', 'text')}
${field('run', 'Run id', 'text')}
</div></details>
<p class="buttons"><button class="main">Filter</button>${Object.keys(fields).length > 0 && html`<a href="/emails">Show all</a>`}</p>
</form>`
}

function emptyList({ fields, faults }: ParsedFilter, searchedTo: Html | null): Html {
  if (Object.keys(faults).length > 0) {
    return html`<div class="empty card"><h2>Invalid filter</h2><p>Correct the marked fields above.</p></div>`
  }
  if (searchedTo) {
    return html`<div class="empty card"><h2>No match so far</h2><p>Searched back to ${searchedTo}. Older attempts may match.</p></div>`
  }
  if (Object.keys(fields).length > 0) {
    return html`<div class="empty card"><h2>No matching emails</h2><p>An email must match all the fields above. <a href="/emails">Show all</a></p></div>`
  }
  return html`<div class="empty card"><h2>No emails yet</h2><p>Every attempt is listed here before its request is sent. <a href="/">Start a run</a> to email the users who are due.</p></div>`
}

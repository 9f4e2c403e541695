import type { Stats } from '../../../core/audit/audit.ts'
import { counted } from '../../../core/counted.ts'
import { type EmailType, emailTypes } from '../../../core/email-type.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes, duration } from '../../../html/times.ts'
import { daysOf, totalOf } from '../days.ts'
import type { FilterFields } from '../filter.ts'
import { type Chart, chart } from './chart.ts'
import type { Frame } from './frame.ts'
import { cell, formatCount, formatShare, table, typeNames } from './parts.ts'

export const spans = [7, 30, 90] as const

interface SendingView {
  stats: Stats
  /** The number of days shown. */
  span: number
  /** Absent: both types. */
  type: EmailType | undefined
  now: number
}

export function sendingPage(frame: Frame, view: SendingView): Html {
  const { stats, span, type, now } = view
  const days = daysOf(stats, type)
  const total = totalOf(days)
  const emails = total.accepted + total.failed + total.unknown + total.pending
  const from = stats.from.toISOString().slice(0, 10)
  /** The emails that a figure counts. */
  const list = (filter: FilterFields) =>
    `/emails?${new URLSearchParams({ ...filter, from, ...(type && { type }) })}`
  const rows = days.map(({ day, ...counts }) => ({ label: day, tick: day.slice(5), counts }))
  const byDay = (title: string, id: string, series: Chart['series']) =>
    chart({ title, id, unit: 'Day', rows, series })
  return frame.around({
    title: 'Sending',
    section: 'sending',
    content: html`<div class="heading"><h1>Sending</h1>${rangeForm(span, type)}</div>
<dl class="tiles six">
${tile('Accepted', formatCount(total.accepted), `of ${counted(emails, 'email')}, in ${counted(total.attempts, 'attempt')}`, list({ outcome: 'accepted' }))}
${tile('Delivered', formatShare(total.delivered, total.accepted), formatCount(total.delivered), list({ progress: 'delivered' }))}
${tile('Bounced', formatShare(total.bounced, total.accepted), formatCount(total.bounced), list({ progress: 'bounced' }), total.bounced > 0 && 'bad')}
${tile('Complained', formatShare(total.complained, total.accepted), formatCount(total.complained), list({ progress: 'complained' }), total.complained > 0 && 'bad')}
${tile('Failed', formatShare(total.failed, emails), formatCount(total.failed), list({ outcome: 'not-accepted' }), total.failed > 0 && 'bad')}
${tile('Unknown', formatShare(total.unknown, emails), formatCount(total.unknown), list({ error: 'unknown' }), total.unknown > 0 && 'warn')}
</dl>
${
  emails === 0
    ? html`<div class="empty card"><h2>No emails in the last ${span} days</h2><p>Charts appear here once there are some. <a href="/">Start a run</a>.</p></div>`
    : html`<div class="charts">
${byDay('Emails by day', 'emails', ['accepted', 'failed', 'unknown', 'pending'])}
${byDay('Accepted emails by provider status', 'progress', ['delivered', 'bounced', 'complained'])}
</div>`
}
<div class="split even">
${errors(stats, span, now)}
${latency(stats)}
</div>`,
  })
}

function rangeForm(span: number, type: EmailType | undefined): Html {
  return html`<form class="start" action="/sending">
<label class="visually-hidden" for="type">Type</label><select id="type" name="type"><option value="">Both types</option>${emailTypes.map(
    name =>
      html`<option value="${name}"${name === type && html` selected`}>${typeNames[name]}</option>`,
  )}</select>
<label class="visually-hidden" for="days">Period</label><select id="days" name="days">${spans.map(days => html`<option value="${days}"${days === span && html` selected`}>Last ${days} days</option>`)}</select>
<button>Show</button></form>`
}

function tile(
  term: string,
  value: string,
  note: string,
  href: string,
  tone?: 'bad' | 'warn' | false,
): Html {
  return html`<div><dt>${term}</dt><dd class="big${tone ? ` ${tone}` : ''}"><a class="quiet" href="${href}">${value}</a></dd><dd class="soft">${note}</dd></div>`
}

function errors({ errors }: Stats, span: number, now: number): Html {
  return html`<section aria-labelledby="errors"><h2 id="errors">Errors</h2>
${
  errors.length === 0
    ? html`<div class="card empty small"><p>No attempt failed in the last ${span} days.</p></div>`
    : table(
        'Errors by code, most frequent first',
        html`<th>Code</th><th class="num">Attempts</th><th class="num">Emails</th><th>Latest, UTC</th>`,
        errors.map(
          ({ code, attempts, count, latest, example }) => html`<tr>
<td class="lead"><a href="/emails?${new URLSearchParams({ error: code })}">${code}</a><span class="sub one-line" title="${example}">${example}</span></td>
${cell('Attempts', attempts)}${cell('Emails', count)}<td data-label="Latest, UTC">${bothTimes(latest, now)}</td></tr>
`,
        ),
      )
}</section>`
}

function latency({ latency }: Stats): Html {
  const row = (name: string, seconds: number) =>
    html`<div><dt>${name}</dt><dd class="big">${duration(seconds * 1_000)}</dd></div>`
  return html`<section aria-labelledby="latency"><h2 id="latency">Time from notification to acceptance</h2>
${
  latency
    ? html`<dl class="tiles three">${row('50 % within', latency.p50)}${row('90 % within', latency.p90)}${row('99 % within', latency.p99)}</dl>
<p class="soft after">From the creation of the oldest notification in a new-notifications email until the provider accepted it.</p>`
    : html`<div class="card empty small"><p>No new-notifications email was accepted in this period.</p></div>`
}</section>`
}

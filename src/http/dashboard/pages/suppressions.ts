import {
  isComplaint,
  type Suppression,
  type SuppressionState,
  suppressionStates,
} from '../../../core/recipients/suppression.ts'
import type { DirectoryUser } from '../../../core/recipients/user-directory.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import type { Frame } from './frame.ts'
import { badge, table } from './parts.ts'

export interface SuppressionsView {
  suppressions: Suppression[]
  state: SuppressionState
  /** Empty: every address. */
  search: string
  /** The link to the next page; null on the last one. */
  next: string | null
  notice?: string | undefined
  /** Hides the forms. */
  readOnly: boolean
  now: number
}

const stateNames: Record<SuppressionState, string> = {
  active: 'Suppressed now',
  lifted: 'Lifted',
  all: 'All',
}

const sourceNames: Record<Suppression['source'], string> = {
  event: 'the provider',
  api: 'the API',
  cli: 'the command line',
  dashboard: 'the dashboard',
}

export function suppressionsPage(frame: Frame, view: SuppressionsView): Html {
  const { suppressions, state, search, next, notice, readOnly } = view
  return frame.around({
    title: 'Suppressed addresses',
    section: 'users',
    notice,
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/people">Users</a></nav>
<h1>Suppressed addresses</h1>
<form class="search" role="search" action="/suppressions">
<input type="search" name="q" value="${search}" placeholder="Address" aria-label="Find an address">
<select name="state" aria-label="State">${suppressionStates.map(
      name =>
        html`<option value="${name}"${name === state && html` selected`}>${stateNames[name]}</option>`,
    )}</select>
<button class="main">Find</button></form>
${suppressions.length > 0 ? list(view) : html`<div class="empty card small"><p>${state === 'active' ? 'No address is suppressed' : 'No suppressions'}${search !== '' && html` that matches “${search}”`}.</p></div>`}
${next && html`<p class="after"><a href="${next}">Next page</a></p>`}
${!readOnly && addForm()}`,
  })
}

function list({ suppressions, readOnly, now }: SuppressionsView): Html {
  const head = html`<th>Address</th><th>Reason</th><th>Since</th><th>State</th>`
  return table(
    'Suppressed addresses',
    head,
    suppressions.map(
      of => html`<tr>
<td class="lead"><a href="/people?q=${encodeURIComponent(of.address)}">${of.address}</a></td>
<td data-label="Reason"><div>${of.reason}${of.note && html`<span class="sub">${of.note}</span>`}</div></td>
<td data-label="Since"><div>${bothTimes(of.since, now)}<span class="sub">by ${actor(of)}</span></div></td>
<td data-label="State"><div>${of.active ? badge('bad', 'Suppressed') : badge('idle', 'Lifted')}
${of.lifted && html`<span class="sub">${of.active && 'last '}lifted ${bothTimes(of.lifted.at, now)} by ${actor(of.lifted)}</span>`}
${of.active && !readOnly && liftForm(of)}</div></td></tr>
`,
    ),
  )
}

function actor({ source, by }: Pick<Suppression, 'source' | 'by'>): string {
  return by ? `${by} (${sourceNames[source]})` : sourceNames[source]
}

/** A complaint needs a tick, also without JavaScript. */
export function liftForm(
  of: Pick<Suppression, 'address' | 'reason'>,
  userId: string | null = null,
): Html {
  return html`<form method="post" action="/suppressions/lift"><input type="hidden" name="address" value="${of.address}">
${userId && html`<input type="hidden" name="user" value="${userId}">`}
${isComplaint(of) && html`<label class="check"><input type="checkbox" name="force" value="true" required> The owner has asked for emails again</label>`}
<button class="small">Lift</button></form>`
}

export function suppressForm({ userId, address }: Pick<DirectoryUser, 'userId' | 'address'>): Html {
  return html`<form method="post" action="/suppressions"><input type="hidden" name="address" value="${address}">
<input type="hidden" name="user" value="${userId}"><button class="small" data-confirm="Send no more emails to ${address}?">Suppress</button></form>`
}

function addForm(): Html {
  return html`<section aria-labelledby="add"><h2 id="add">Suppress an address</h2>
<form class="search" method="post" action="/suppressions">
<input type="email" name="address" required maxlength="254" placeholder="Address" aria-label="Address to suppress">
<input name="note" maxlength="500" placeholder="Note" aria-label="Note">
<button class="main">Suppress</button></form></section>`
}

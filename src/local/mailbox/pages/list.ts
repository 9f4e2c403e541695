import { type Html, html } from '../../../html/html.ts'
import { shortTime } from '../../../html/times.ts'
import type { StoredEmail } from '../stored-email.ts'
import { badge, layout } from './layout.ts'
import { displayName, firstLine } from './text.ts'

const pageSize = 50
const toneCount = 6

export interface ListView {
  /** The path of the mailbox, without a trailing slash. */
  base: string
  /** The kept emails, newest first. */
  emails: StoredEmail[]
  /** The number of emails ever accepted, and of those from other databases. */
  count: number
  others: number
  /** Whether the emails of other databases are among them. */
  showsAll: boolean
  /** Emails of other databases are labelled. */
  database: string | undefined
  /** A substring of an address or subject; empty for all. */
  search: string
  /** The id of the last email on the previous page; empty for the first page. */
  before: string
  /** Milliseconds since the epoch. */
  now: number
}

export function listPage(view: ListView): Html {
  const { base, count, search } = view
  const found = search === '' ? view.emails : view.emails.filter(email => matches(email, search))
  const start = found.findIndex(({ id }) => id === view.before) + 1
  const shown = found.slice(start, start + pageSize)
  const hasOlder = found.length > start + pageSize
  return layout({
    base,
    title: search === '' ? 'Mailbox' : `${search} – Mailbox`,
    aside: html`<p class="count">${counted(count, 'email')} accepted${othersLink(view)}</p>`,
    content: html`
<h1 class="visually-hidden">Accepted emails</h1>
${count > 0 && searchForm(view)}
${search !== '' && found.length > 0 && html`<p class="found">${counted(found.length, 'email')} for “${search}”</p>`}
${shown.length > 0 ? html`<ul class="list">${shown.map(email => row(email, view))}</ul>` : emptyList(view)}
${(start > 0 || hasOlder) && pager(view, start > 0, hasOlder ? shown.at(-1) : undefined)}`,
  })
}

/** Another database's emails are in the same journal, but would be mistaken for this one's. */
function othersLink({ base, others, showsAll }: ListView): Html | false {
  if (others === 0) return false
  return showsAll
    ? html` · <a href="${base || '/'}">only of this database</a>`
    : html` · <a href="${base || '/'}?all=yes">${counted(others, 'email')} of other databases</a>`
}

function matches(email: StoredEmail, search: string): boolean {
  const wanted = search.toLowerCase()
  const places = [email.subject, email.from, ...email.to, ...email.cc, ...email.bcc]
  return places.some(place => place.toLowerCase().includes(wanted))
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

function searchForm({ base, search, showsAll }: ListView): Html {
  return html`<form class="search" role="search" action="${base || '/'}">
${showsAll && html`<input type="hidden" name="all" value="yes">`}
<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="11" cy="11" r="6"/><path d="m15.5 15.5 4.5 4.5"/></svg>
<input type="search" name="q" value="${search}" placeholder="Address or subject" aria-label="Search by address or subject">
<button>Search</button>
</form>`
}

function row(email: StoredEmail, { base, now, database }: ListView): Html {
  const name = displayName(email.to[0] ?? '')
  const more = email.to.length - 1
  return html`<li><a class="row" href="${base}/${email.id}">
<span class="face tone-${tone(name)}" aria-hidden="true">${[...name][0]?.toUpperCase()}</span>
<span class="to">${name}${more > 0 && html` <span class="more">+${more}</span>`}</span>
<span class="when">${shortTime(email.at, now)}</span>
<span class="subject">${email.database !== database && html`<span class="label">${email.database ?? 'another database'}</span> `}${email.subject}</span>
<span class="event">${badge(email.lastEvent)}</span>
<span class="line">${firstLine(email)}</span>
</a></li>
`
}

/** A recipient has the same colour on every page. */
function tone(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % toneCount
}

function emptyList({ base, search }: ListView): Html {
  if (search !== '') {
    return html`<section class="empty"><h2>No email for “${search}”</h2>
<p>The search covers addresses and subjects. <a href="${base || '/'}">Show all</a></p></section>`
  }
  return html`<section class="empty">
<svg viewBox="0 0 64 64" aria-hidden="true"><path d="M8 34 17 14h30l9 20v14a4 4 0 0 1-4 4H12a4 4 0 0 1-4-4z"/><path d="M8 34h14a10 10 0 0 0 20 0h14"/></svg>
<h2>No mail yet</h2>
<p>Without a <code>RESEND_API_KEY</code>, all emails of the service arrive here.</p>
<ul><li><code>npm run demo</code> emails 200 made-up users</li>
<li><code>POST /v1/runs</code> emails all users who are due</li></ul>
</section>`
}

function pager({ base, search, showsAll }: ListView, hasNewer: boolean, last?: StoredEmail): Html {
  const query = new URLSearchParams({
    ...(search !== '' && { q: search }),
    ...(showsAll && { all: 'yes' }),
  })
  const newest = query.size > 0 ? `${base || '/'}?${query}` : base || '/'
  query.set('before', last?.id ?? '')
  return html`<nav class="pager" aria-label="Pages">
${hasNewer ? html`<a href="${newest}">← Newest</a>` : html`<span></span>`}
${last && html`<a href="${base || '/'}?${query}" rel="next">Older →</a>`}
</nav>`
}

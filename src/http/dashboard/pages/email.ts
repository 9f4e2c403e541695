import type { AttemptDetail } from '../../../core/audit/audit.ts'
import { counted } from '../../../core/counted.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import { encodeCursor } from '../../api/cursor.ts'
import { attemptBadge, capitalize, outcomeBadge } from './email-parts.ts'
import type { Frame } from './frame.ts'
import { badge, identifier, nameOfType } from './parts.ts'
import { triggerNames } from './run-parts.ts'

interface EmailView {
  attempt: AttemptDetail
  /** How many notifications the pages before have. */
  skipped: number
  now: number
}

export function emailPage(frame: Frame, { attempt, skipped, now }: EmailView): Html {
  const { delivery, content, emailType, errorMessage } = attempt
  const subject = content?.subject || delivery?.subject || null
  return frame.around({
    title: subject ?? nameOfType(emailType),
    section: 'emails',
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/emails">Emails</a></nav>
<h1>${subject ?? nameOfType(emailType)} ${attemptBadge(attempt)}</h1>
${!subject && html`<p class="soft">The subject is not stored: the email was never rendered, or it predates Tidings.</p>`}
${errorMessage && attempt.outcome !== 'pending' && html`<p class="fault${attempt.outcome === 'unknown' ? ' warn' : ''}">${errorMessage}</p>`}
<div class="split">
<div>
${preview(attempt)}
${notifications(attempt, skipped, now)}
</div>
<div>
${facts(attempt, now)}
${timeline(attempt, now)}
</div>
</div>`,
  })
}

function facts({ id, userId, person, delivery, emailType, run }: AttemptDetail, now: number): Html {
  return html`<dl class="facts card">
<div><dt>To</dt><dd><a href="/people/${userId}">${person?.name ?? 'Deleted user'}</a>${(delivery?.address ?? person?.address) && html`<span class="sub">${delivery?.address ?? person?.address}</span>`}</dd></div>
${delivery?.sentTo && html`<div><dt>Sent to</dt><dd>${delivery.sentTo}<span class="sub">by <code>DELIVER_TO</code></span></dd></div>`}
<div><dt>Type</dt><dd>${nameOfType(emailType)}</dd></div>
${run && html`<div><dt>Run</dt><dd><a href="/runs/${run.id}">started by ${triggerNames[run.trigger]}</a> ${bothTimes(run.createdAt, now)}</dd></div>`}
${!delivery && html`<div><dt>Run</dt><dd>none: the attempt predates Tidings</dd></div>`}
${delivery && html`<div><dt>Provider id</dt><dd>${delivery.providerId ? identifier(delivery.providerId) : html`<span class="soft">unknown</span>`}</dd></div>`}
${delivery && html`<div><dt>Delivery</dt><dd>${identifier(delivery.id)}</dd></div>`}
<div><dt>Attempt</dt><dd>${identifier(id)}</dd></div>
</dl>`
}

function preview({ id, content }: AttemptDetail): Html {
  if (!content) {
    return html`<section class="card empty small"><h2>The content is not stored</h2>
<p>Content is stored for 30 days, unless it is erased. Attempts that predate Tidings have none.</p></section>`
  }
  return html`<section class="card email-content" aria-labelledby="content-heading"><h2 id="content-heading" class="visually-hidden">The email as sent</h2>
<iframe sandbox="" src="/emails/${id}/content" title="The email as sent" loading="lazy"></iframe>
<details><summary>As text</summary><pre tabindex="0">${content.text}</pre></details>
</section>`
}

function notifications(attempt: AttemptDetail, skipped: number, now: number): Html {
  const { id, notifications, notificationIds, notificationCount, nextNotification } = attempt
  const deleted = notificationIds.length - notifications.length
  const next = nextNotification !== null && encodeCursor({ skip: nextNotification })
  return html`<section aria-labelledby="notifications"><h2 id="notifications">Notifications (${notificationCount})</h2>
<ul class="list card">${notifications.map(
    ({ id, type, title, message, createdAt, isRead, isDeleted }) => html`<li>
<p class="line"><strong>${title}</strong> ${isDeleted ? badge('idle', 'Deleted') : isRead ? badge('idle', 'Read') : badge('live', 'Unread')}</p>
<p>${message}</p>
<p class="sub">${type} · ${bothTimes(createdAt, now)} · <a class="quiet" href="/emails?notification=${id}">${identifier(id)}</a></p></li>
`,
  )}${
    deleted > 0 &&
    html`<li class="soft">${notifications.length > 0 ? `${counted(deleted, 'other')} no longer ${deleted === 1 ? 'exists' : 'exist'}.` : `${deleted === 1 ? 'It no longer exists' : 'They no longer exist'} in the application.`}
${notifications.length === 0 && notificationIds.map(id => html`<span class="sub">${identifier(id)}</span>`)}</li>`
  }
${notificationCount === 0 && html`<li class="soft">None recorded.</li>`}</ul>
${
  (skipped > 0 || next) &&
  html`<nav class="pager" aria-label="Pages of notifications">${skipped > 0 ? html`<a href="/emails/${id}#notifications">← First</a>` : html`<span></span>`}
${next && html`<a href="/emails/${id}?cursor=${next}#notifications" rel="next">More →</a>`}</nav>`
}</section>`
}

interface TimelineEntry {
  at: Date | null
  title: Html
  detail?: Html | false
}

/** The attempts and the provider's events, in order of time. */
function timeline({ id, attempts, events }: AttemptDetail, now: number): Html {
  const entries: TimelineEntry[] = [
    ...attempts.map(attempt => ({
      at: attempt.sentAt,
      title: html`${attempt.id === id ? html`<strong>Attempt ${attempt.number}</strong>` : html`<a href="/emails/${attempt.id}">Attempt ${attempt.number}</a>`} ${outcomeBadge(attempt.outcome)}`,
      detail: attempt.errorMessage !== null && html`${attempt.errorMessage}`,
    })),
    ...events.map(event => ({
      at: event.happenedAt,
      title: html`${capitalize(event.type.replace(/^email\./, '').replaceAll('_', ' '))}`,
      detail: event.detail !== null && html`${formatDetail(event.detail)}`,
    })),
  ]
  entries.sort((a, b) => Number(a.at) - Number(b.at))
  return html`<section aria-labelledby="time"><h2 id="time">Timeline</h2>
<ol class="timeline card">${entries.map(
    ({
      at,
      title,
      detail,
    }) => html`<li><p class="line">${title}</p>${detail && html`<p class="sub">${detail}</p>`}<p class="sub">${bothTimes(at, now)}</p></li>
`,
  )}${events.length === 0 && html`<li class="soft">No events from the provider yet.</li>`}</ol></section>`
}

/** The provider's details of a bounce or a failure, on one line. */
function formatDetail(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return String(detail)
  return Object.values(detail)
    .filter(value => typeof value === 'string')
    .join(' · ')
}

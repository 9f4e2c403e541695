import type { AttemptDetail } from '../../../core/audit/audit.ts'
import { counted } from '../../../core/counted.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes } from '../../../html/times.ts'
import { attemptBadge, capital, outcomeBadge } from './email-parts.ts'
import type { Frame } from './frame.ts'
import { badge, identifier, typeNames } from './parts.ts'
import { triggerNames } from './run-parts.ts'

export function emailPage(frame: Frame, attempt: AttemptDetail, now: number): Html {
  const { delivery, content, emailType, errorMessage } = attempt
  const subject = content?.subject || delivery?.subject || null
  return frame.around({
    title: subject ?? typeNames[emailType],
    place: 'emails',
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/emails">Emails</a></nav>
<h1>${subject ?? typeNames[emailType]} ${attemptBadge(attempt)}</h1>
${!subject && html`<p class="soft">Its subject was not kept: it was never rendered, or it is older than this service.</p>`}
${errorMessage && attempt.outcome !== 'pending' && html`<p class="fault${attempt.outcome === 'unknown' ? ' warn' : ''}">${errorMessage}</p>`}
<div class="split">
<div>
${preview(attempt)}
${notifications(attempt, now)}
</div>
<div>
${facts(attempt, now)}
${timeLine(attempt, now)}
</div>
</div>`,
  })
}

function facts({ id, userId, person, delivery, emailType, run }: AttemptDetail, now: number): Html {
  return html`<dl class="facts card">
<div><dt>To</dt><dd><a href="/people/${userId}">${person?.name ?? 'somebody who is gone'}</a>${(delivery?.address ?? person?.address) && html`<span class="sub">${delivery?.address ?? person?.address}</span>`}</dd></div>
${delivery?.sentTo && html`<div><dt>Sent to</dt><dd>${delivery.sentTo}<span class="sub">by <code>DELIVER_TO</code></span></dd></div>`}
<div><dt>Type</dt><dd>${typeNames[emailType]}</dd></div>
${run && html`<div><dt>Run</dt><dd><a href="/runs/${run.id}">by ${triggerNames[run.trigger]}</a> ${bothTimes(run.createdAt, now)}</dd></div>`}
${!delivery && html`<div><dt>Run</dt><dd>none: made before this service</dd></div>`}
${delivery && html`<div><dt>At the provider</dt><dd>${delivery.providerId ? identifier(delivery.providerId) : html`<span class="soft">not known</span>`}</dd></div>`}
${delivery && html`<div><dt>Delivery</dt><dd>${identifier(delivery.id)}</dd></div>`}
<div><dt>Attempt</dt><dd>${identifier(id)}</dd></div>
</dl>`
}

function preview({ id, content }: AttemptDetail): Html {
  if (!content) {
    return html`<section class="card empty small"><h2>The email itself is not kept</h2>
<p>What was sent can be read for 30 days, unless it was erased; what was mailed before this service cannot.</p></section>`
  }
  return html`<section class="card letter" aria-labelledby="letter"><h2 id="letter" class="unseen">The email as it was sent</h2>
<iframe sandbox="" src="/emails/${id}/content" title="The email as it was sent" loading="lazy"></iframe>
<details><summary>As text</summary><pre tabindex="0">${content.text}</pre></details>
</section>`
}

function notifications({ notifications, notificationIds }: AttemptDetail, now: number): Html {
  const gone = notificationIds.length - notifications.length
  return html`<section aria-labelledby="notifications"><h2 id="notifications">Stands for ${counted(notificationIds.length, 'notification')}</h2>
<ul class="list card">${notifications.map(
    ({ id, type, title, message, createdAt, isRead, isDeleted }) => html`<li>
<p class="line"><strong>${title}</strong> ${isDeleted ? badge('idle', 'Deleted') : isRead ? badge('idle', 'Read') : badge('live', 'Unread')}</p>
<p>${message}</p>
<p class="sub">${type} · ${bothTimes(createdAt, now)} · <a class="quiet" href="/emails?notification=${id}">${identifier(id)}</a></p></li>
`,
  )}${
    gone > 0 &&
    html`<li class="soft">${notifications.length > 0 ? `${counted(gone, 'other')} no longer ${gone === 1 ? 'exists' : 'exist'}.` : `${gone === 1 ? 'It no longer exists' : 'They no longer exist'} in the application.`}
${notifications.length === 0 && notificationIds.map(id => html`<span class="sub">${identifier(id)}</span>`)}</li>`
  }
${notificationIds.length === 0 && html`<li class="soft">None is on record.</li>`}</ul></section>`
}

interface Moment {
  at: Date
  what: Html
  detail?: Html | false
}

/** Attempts and the provider's events in one line of time. */
function timeLine({ id, attempts, events }: AttemptDetail, now: number): Html {
  const moments: Moment[] = [
    ...attempts.map(attempt => ({
      at: attempt.sentAt,
      what: html`${attempt.id === id ? html`<strong>Attempt ${attempt.number}</strong>` : html`<a href="/emails/${attempt.id}">Attempt ${attempt.number}</a>`} ${outcomeBadge(attempt.outcome)}`,
      detail: attempt.errorMessage !== null && html`${attempt.errorMessage}`,
    })),
    ...events.map(event => ({
      at: event.happenedAt,
      what: html`${capital(event.type.replace(/^email\./, '').replaceAll('_', ' '))}`,
      detail: event.detail !== null && html`${tell(event.detail)}`,
    })),
  ]
  moments.sort((a, b) => a.at.getTime() - b.at.getTime())
  return html`<section aria-labelledby="time"><h2 id="time">What became of it</h2>
<ol class="moments card">${moments.map(
    ({
      at,
      what,
      detail,
    }) => html`<li><p class="line">${what}</p>${detail && html`<p class="sub">${detail}</p>`}<p class="sub">${bothTimes(at, now)}</p></li>
`,
  )}${events.length === 0 && html`<li class="soft">The provider has told nothing of it yet.</li>`}</ol></section>`
}

/** What the provider says of a bounce or a failure, on one line. */
function tell(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return String(detail)
  return Object.values(detail)
    .filter(value => typeof value === 'string')
    .join(' · ')
}

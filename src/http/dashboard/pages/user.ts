import type { Attempt } from '../../../core/audit/audit.ts'
import { counted } from '../../../core/counted.ts'
import { type EmailType, emailTypes } from '../../../core/email-type.ts'
import type { Explanation } from '../../../core/explain/explanation.ts'
import type { Setting } from '../../../core/recipients/setting.ts'
import type { DirectoryUser } from '../../../core/recipients/user-directory.ts'
import { type Html, html } from '../../../html/html.ts'
import { bothTimes, fullTime } from '../../../html/times.ts'
import { attemptsTable } from './email-parts.ts'
import type { Frame } from './frame.ts'
import { badge, identifier, sentence, typeNames } from './parts.ts'
import { liftForm, suppressForm } from './suppressions.ts'

export interface UserView {
  user: DirectoryUser
  setting: Setting
  explanation: Explanation
  attempts: Attempt[]
  /** Whether there are older attempts. */
  hasOlder: boolean
  notice?: string | undefined
  /** `SHADOW=true`: nothing can be sent. */
  shadow: boolean
  /** Why sending is stopped; null while it is not. */
  stop: string | null
  /** Hides the forms. */
  readOnly: boolean
  now: number
}

export function userPage(frame: Frame, view: UserView): Html {
  const { user, attempts, hasOlder, notice, now } = view
  return frame.around({
    title: user.name,
    section: 'users',
    notice,
    content: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/people">Users</a></nav>
<h1>${user.name}</h1>
<div class="split">
<div>${emailTypes.map(type => verdict(view, type))}</div>
${facts(view)}
</div>
${unrecorded(view)}
<section aria-labelledby="history"><h2 id="history">Emails</h2>
${attempts.length > 0 ? attemptsTable(attempts, now, false) : html`<div class="empty card small"><p>No emails to ${user.name} yet.</p></div>`}
${hasOlder && html`<p class="after"><a href="/emails?user=${user.userId}">All emails</a></p>`}</section>`,
  })
}

/** What the list of emails cannot show: the host's database has refused its row. */
function unrecorded({ explanation, now }: UserView): Html | false {
  if (explanation.unrecorded.length === 0) return false
  return html`<section class="card" aria-labelledby="unrecorded"><h2 id="unrecorded">${badge('bad', 'Not recorded')}</h2>
<ul class="list">${explanation.unrecorded.map(
    ({
      emailType,
      at,
      isAccepted,
      error,
    }) => html`<li>${typeNames[emailType]}, ${bothTimes(at, now)}: ${isAccepted ? 'sent, but its row could not be written' : 'not sent, because its row could not be written'}<span class="sub">${error}</span></li>
`,
  )}</ul></section>`
}

function verdict(view: UserView, type: EmailType): Html {
  const { explanation, user, shadow, stop, readOnly, now } = view
  const { due, rules, notificationIds, possibleFrom } = explanation.types[type]
  return html`<section class="card verdict" aria-labelledby="${type}">
<div class="heading"><h2 id="${type}">${typeNames[type]} ${due ? badge('live', 'Due') : badge('idle', 'Not due')}</h2>
${due && !shadow && !readOnly && html`<form method="post" action="/people/${user.userId}/emails"><input type="hidden" name="type" value="${type}"><button class="main" data-confirm="Email ${user.name} now?"${stop !== null && html` disabled aria-describedby="${type}-stop"`}>Send now</button></form>`}</div>
${due && !shadow && !readOnly && stop !== null && html`<p class="soft" id="${type}-stop">Sending is stopped: ${sentence(stop)} <a href="/">What to do</a></p>`}
<ul class="rules">${rules.map(
    ({ holds, text }) =>
      html`<li class="${holds ? 'holds' : 'fails'}"><span class="visually-hidden">${holds ? 'Holds:' : 'Does not hold:'}</span> <span>${text}</span></li>`,
  )}</ul>
${due && html`<p class="soft">The email would cover ${counted(notificationIds.length, 'notification')}.</p>`}
${possibleFrom && html`<p class="soft">Becomes due ${bothTimes(possibleFrom, now)} if nothing changes.</p>`}
</section>`
}

function facts({ user, setting, readOnly, now }: UserView): Html {
  const { notificationEmailsEnabled: on, source, suppressed } = setting
  return html`<div><dl class="facts card">
<div><dt>Emails</dt><dd>${on ? badge('good', 'On') : badge('idle', 'Off')} <span class="soft">${source === 'default' ? 'by default' : 'set explicitly'}</span>
${!readOnly && html`<form method="post" action="/people/${user.userId}/settings"><input type="hidden" name="emails" value="${on ? 'off' : 'on'}"><button class="small">Switch ${on ? 'off' : 'on'}</button></form>`}</dd></div>
${
  suppressed &&
  html`<div><dt>Suppressed</dt><dd><span class="bad">${suppressed.reason}</span><span class="sub">${bothTimes(suppressed.since, now)}; never emailed, whatever the setting</span>
${!readOnly && liftForm({ address: user.address, reason: suppressed.reason }, user.userId)}</dd></div>`
}
<div><dt>Address</dt><dd>${user.address}
${!readOnly && !suppressed && suppressForm(user)}</dd></div>
<div><dt>User name</dt><dd>${user.username}</dd></div>
<div><dt>Created</dt><dd>${user.createdAt ? fullTime(user.createdAt.getTime()) : 'invalid time'}</dd></div>
<div><dt>Id</dt><dd>${identifier(user.userId)}</dd></div>
</dl></div>`
}

import { type Preferences, pauseDays } from '../../../core/recipients/preferences.ts'
import type { Setting } from '../../../core/recipients/setting.ts'
import type { Rules } from '../../../core/scan/rules.ts'
import { type Html, html } from '../../../html/html.ts'
import type { Messages } from '../../../i18n/messages.ts'
import { maskAddress } from '../mask-address.ts'
import type { Frame } from './frame.ts'

export interface PreferencesView {
  messages: Messages
  setting: Setting
  preferences: Preferences
  address: string
  rules: Rules
  /** What the form has just changed. */
  changed: 'on' | 'off' | 'paused' | 'resumed' | undefined
}

/** Explains the emails, and has a switch and a pause for them. */
export function preferencesPage(frame: Frame, view: PreferencesView): Html {
  const { messages, setting, rules, changed } = view
  const { pausedUntil } = view.preferences
  const { app } = frame
  const { preferences } = messages.pages
  const current = setting.notificationEmailsEnabled ? 'on' : 'off'
  const paused = pausedUntil ? 'paused' : 'on'
  const state = current === 'off' ? 'off' : setting.suppressed ? 'held' : paused
  // The setting may have changed again before a reload.
  const isCurrent =
    changed === current || (current === 'on' && changed === (pausedUntil ? 'paused' : 'resumed'))
  const notice = isCurrent
    ? preferences.changed[changed === 'resumed' && state === 'on' ? 'resumed' : state]
    : undefined
  const { name, address } = preferences.state[state]
  return frame.around(messages, {
    title: preferences.title(app.name),
    notice,
    content: html`${notice && statusMessage(notice, state)}
<section class="state">
<div><h2><span class="status-dot ${state}" aria-hidden="true"></span>${name}</h2>
<p class="soft">${address.before}<bdi>${maskAddress(view.address)}</bdi>${address.after}</p></div>
${form(messages, current)}
</section>
${current === 'on' && pauseForm(messages, pausedUntil)}
${setting.suppressed && suppressionNotice(frame, messages, setting.suppressed)}
<section class="kinds">
<h2>${preferences.kinds}</h2>
<dl>
<div><dt>${preferences.news.name}</dt><dd>${preferences.news.when(app.name, rules.newMaxAgeDays)}</dd></div>
<div><dt>${preferences.reminder.name}</dt><dd>${preferences.reminder.when(rules.outstandingAfterDays, rules.reminderCooldownDays)}</dd></div>
</dl>
<p class="soft">${preferences.why(app.name)}</p>
</section>`,
  })
}

/**
 * Screen readers do not announce a live region's initial content, so the message also gets the focus.
 * Without a script, that takes `autofocus`.
 */
function statusMessage(text: string, state: string): Html {
  return html`<p class="message ${state}" role="status" tabindex="-1" autofocus><svg viewBox="0 0 24 24" aria-hidden="true"><path d="m5 12.5 4.5 4.500L19 7.5"/></svg><span>${text}</span></p>`
}

/** Posts to the page's own path, without its query. */
function form(messages: Messages, current: 'on' | 'off'): Html {
  const { switchOn, switchOff } = messages.pages.preferences
  const [value, label] = current === 'on' ? ['off', switchOff] : ['on', switchOn]
  return html`<form method="post" action="?"><button name="emails" value="${value}">${label}</button></form>`
}

/** Offers to pause emails, or to end the pause. */
function pauseForm(messages: Messages, until: Date | null): Html {
  const { title, offer, paused, lasting, end } = messages.pages.preferences.pause
  const buttons = until
    ? html`<button class="quiet" name="pause" value="end">${end}</button>`
    : pauseDays.map(
        days =>
          html`<button class="quiet" name="pause" value="${String(days)}">${lasting(days)}</button>`,
      )
  return html`<section class="pause">
<div><h2>${title}</h2>
<p class="soft">${until ? paused(dateTime(messages, until)) : offer}</p></div>
<form method="post" action="?">${buttons}</form>
</section>`
}

function dateTime(messages: Messages, date: Date): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(messages.locale, { timeZone: 'UTC', ...options }).format(date)
  return `${format({ day: 'numeric', month: 'long' })}, ${messages.utc(format({ timeStyle: 'short' }))}`
}

function suppressionNotice(
  frame: Frame,
  messages: Messages,
  { reason, since }: NonNullable<Setting['suppressed']>,
): Html {
  const { title, bounced, complained, refused, advice } = messages.pages.suppressed
  const date = new Intl.DateTimeFormat(messages.locale, { dateStyle: 'long', timeZone: 'UTC' })
  const why = /^bounced/.test(reason) ? bounced : reason === 'complained' ? complained : refused
  return html`<section class="notice"><h2>${title}</h2>
<p>${why(date.format(since))}</p>
<p>${advice(frame.app.name)}</p></section>`
}

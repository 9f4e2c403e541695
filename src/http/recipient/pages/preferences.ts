import type { Setting } from '../../../core/recipients/setting.ts'
import type { Rules } from '../../../core/scan/rules.ts'
import { type Html, html } from '../../../html/html.ts'
import type { Messages } from '../../../i18n/messages.ts'
import { maskAddress } from '../mask-address.ts'
import type { Frame } from './frame.ts'

export interface PreferencesView {
  words: Messages
  setting: Setting
  address: string
  rules: Rules
  /** What the form that led here has asked for, if one did. */
  changed: 'on' | 'off' | undefined
}

/** What one gets and why, and one switch. */
export function preferencesPage(frame: Frame, view: PreferencesView): Html {
  const { words, setting, rules, changed } = view
  const { app } = frame
  const { preferences } = words.pages
  const wanted = setting.notificationEmailsEnabled ? 'on' : 'off'
  const state = wanted === 'on' && setting.suppressed ? 'held' : wanted
  // Only while it is true: the page may be loaded again after another change.
  const said = changed === wanted ? preferences.changed[state] : undefined
  const { name, address } = preferences.state[state]
  return frame.around(words, {
    title: preferences.title(app.name),
    said,
    content: html`${said && sayIt(said, state)}
<section class="state">
<div><h2><span class="lamp ${state}" aria-hidden="true"></span>${name}</h2>
<p class="soft">${address.before}<bdi>${maskAddress(view.address)}</bdi>${address.after}</p></div>
${form(words, wanted)}
</section>
${setting.suppressed && notice(frame, words, setting.suppressed)}
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
 * A live region says nothing of what stood in it when the page was loaded, so it gets the focus as
 * well: without a script, `autofocus` is the way.
 */
function sayIt(said: string, state: string): Html {
  return html`<p class="said ${state}" role="status" tabindex="-1" autofocus><svg viewBox="0 0 24 24" aria-hidden="true"><path d="m5 12.5 4.5 4.500L19 7.5"/></svg><span>${said}</span></p>`
}

/** Posts to the page's own path, without what its query says of the last change. */
function form(words: Messages, wanted: 'on' | 'off'): Html {
  const { switchOn, switchOff } = words.pages.preferences
  const [value, label] = wanted === 'on' ? ['off', switchOff] : ['on', switchOn]
  return html`<form method="post" action="?"><button name="emails" value="${value}">${label}</button></form>`
}

function notice(
  frame: Frame,
  words: Messages,
  { reason, since }: NonNullable<Setting['suppressed']>,
): Html {
  const { title, bounced, complained, refused, advice } = words.pages.suppressed
  const date = new Intl.DateTimeFormat(words.locale, { dateStyle: 'long', timeZone: 'UTC' })
  const why = /^bounced/.test(reason) ? bounced : reason === 'complained' ? complained : refused
  return html`<section class="notice"><h2>${title}</h2>
<p>${why(date.format(since))}</p>
<p>${advice(frame.app.name)}</p></section>`
}

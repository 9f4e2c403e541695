import { type Html, html } from '../../../html/html.ts'
import type { Messages } from '../../../i18n/messages.ts'
import type { Frame } from './frame.ts'

/** Asks for confirmation. The form posts to the page's own URL. */
export function confirmPage(frame: Frame, messages: Messages): Html {
  const { title, ask, confirm } = messages.pages.unsubscribe
  return frame.around(messages, {
    title: title(frame.app.name),
    content: html`<p>${ask(frame.app.name)}</p>
<form method="post"><button>${confirm}</button></form>`,
  })
}

/** Confirms and offers an undo button, which posts to the URL of the recipient's preferences. */
export function unsubscribedPage(frame: Frame, messages: Messages, preferencesUrl: string): Html {
  const { title, told, undo } = messages.pages.unsubscribed
  return frame.around(messages, {
    title,
    content: html`<p>${told(frame.app.name)}</p>
<form method="post" action="${preferencesUrl}"><button class="quiet" name="emails" value="on">${undo}</button></form>`,
  })
}

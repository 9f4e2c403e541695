import { type Html, html } from '../../../html/html.ts'
import type { Messages } from '../../../i18n/messages.ts'
import type { Frame } from './frame.ts'

/** Asks. The form posts to the address of the page. */
export function askPage(frame: Frame, words: Messages): Html {
  const { title, ask, confirm } = words.pages.unsubscribe
  return frame.around(words, {
    title: title(frame.app.name),
    content: html`<p>${ask(frame.app.name)}</p>
<form method="post"><button>${confirm}</button></form>`,
  })
}

/** Tells, and offers the way back, which leads to the person's preferences. */
export function unsubscribedPage(frame: Frame, words: Messages, preferencesToken: string): Html {
  const { title, told, undo } = words.pages.unsubscribed
  return frame.around(words, {
    title,
    content: html`<p>${told(frame.app.name)}</p>
<form method="post" action="../preferences/${preferencesToken}"><button class="quiet" name="emails" value="on">${undo}</button></form>`,
  })
}

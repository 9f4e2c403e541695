import { type Html, html } from '../../../html/html.ts'
import type { Messages } from '../../../i18n/messages.ts'
import type { Frame } from './frame.ts'

/** For a link that is not ours, or names nobody any more: which of them is not told. */
export function wrongLinkPage(frame: Frame, words: Messages): Html {
  const { title, advice } = words.pages.wrongLink
  return frame.around(words, { title, content: html`<p>${advice(frame.app.name)}</p>` })
}

/** For whoever has opened too many of those. */
export function tooManyPage(frame: Frame, words: Messages): Html {
  const { title, advice } = words.pages.tooMany
  return frame.around(words, { title, content: html`<p>${advice}</p>` })
}

/** For a request that could not be read, and for a fault of ours. */
export function troublePage(frame: Frame, words: Messages): Html {
  const { title, advice } = words.pages.trouble
  return frame.around(words, { title, content: html`<p>${advice}</p>` })
}

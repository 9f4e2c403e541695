import { type Html, html } from '../../../html/html.ts'
import type { Frame } from './frame.ts'

const words: Record<string, { title: string; text: string }> = {
  403: {
    title: 'That did not come from here',
    text: 'The form was sent by another site, so nothing was done. Go back and try again.',
  },
  read_only: {
    title: 'You may look, and change nothing',
    text: 'You are signed in with READ_TOKEN, so nothing was done. Sign in with API_TOKEN for that.',
  },
  404: {
    title: 'There is nothing here',
    text: 'It may have been pruned, or the address was cut off on its way.',
  },
  500: {
    title: 'Something went wrong here',
    text: 'Nothing is lost: look at the log, and try again.',
  },
}

/** A page for what cannot be shown. */
export function faultPage(frame: Frame, status: number, reason?: 'read_only'): Html {
  const usual = { title: 'That cannot be done', text: 'Go back and try it another way.' }
  const { title, text } =
    words[reason ?? status] ?? (status >= 500 ? words[500] : undefined) ?? usual
  return frame.around({
    title,
    content: html`<section class="empty"><h1>${title}</h1><p>${text}</p><p><a href="/">Back to now</a></p></section>`,
  })
}

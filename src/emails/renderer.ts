import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { EmailType, Renderer } from '../core/render/digest.ts'
import { createLetterWriter } from './letter.ts'
import { NewNotifications } from './new-notifications.tsx'
import { OutstandingReminder } from './outstanding-reminder.tsx'
import { textPart } from './text-part.ts'
import { english } from './words.ts'

const templates = {
  new_notifications: NewNotifications,
  outstanding_reminder: OutstandingReminder,
} satisfies Record<EmailType, unknown>

/**
 * The two emails in React. The same digest gives the same bytes on every machine within one UTC
 * year: `now` decides only whether a date has its year written.
 *
 * Importing this module costs half a second and 40 MB (react-email brings Tailwind and Prettier
 * along and exports nothing smaller), so processes that never render should not.
 */
export function createRenderer(now: () => Date = () => new Date()): Renderer {
  const write = createLetterWriter(english)
  return {
    render(digest) {
      const letter = write(digest, now())
      const page = createElement(templates[digest.emailType], { letter, words: english })
      // react-email's own render() streams, and pretty-prints through Prettier: far slower.
      const html = `<!DOCTYPE html>${renderToStaticMarkup(page)}`
      return { subject: letter.subject, html, text: textPart(letter) }
    },
  }
}

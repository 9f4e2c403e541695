import { createElement, type ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Digest, EmailType, Renderer } from '../core/render/digest.ts'
import { wordsFor } from '../words/languages.ts'
import { createLetterWriters, type Letter } from './letter.ts'
import { NewNotifications } from './new-notifications.tsx'
import { OutstandingReminder } from './outstanding-reminder.tsx'
import { textPart } from './text-part.ts'
import { createThemes } from './theme.ts'

const templates = {
  new_notifications: NewNotifications,
  outstanding_reminder: OutstandingReminder,
} satisfies Record<EmailType, unknown>

/** A letter and the page it is set on, before they are written out. */
export interface Page {
  letter: Letter
  element: ReactElement
}

/** The two emails in React. `now` decides only whether a date has its year written. */
export function createPages(now: () => Date = () => new Date()): (digest: Digest) => Page {
  const writerIn = createLetterWriters()
  const themeOf = createThemes()
  return digest => {
    const words = wordsFor(digest.locale, digest.defaultLocale)
    const letter = writerIn(words)(digest, now())
    const theme = themeOf(digest.brand.color)
    return { letter, element: createElement(templates[digest.emailType], { letter, theme }) }
  }
}

/**
 * Writes them out. The same digest gives the same bytes on every machine within one UTC year.
 *
 * Importing this module costs half a second and 40 MB (react-email brings Tailwind and Prettier
 * along and exports nothing smaller), so processes that never render should not.
 */
export function createRenderer(now?: () => Date): Renderer {
  const setOn = createPages(now)
  return {
    render(digest) {
      const { letter, element } = setOn(digest)
      // react-email's own render() streams, and pretty-prints through Prettier: far slower.
      const html = `<!DOCTYPE html>${renderToStaticMarkup(element)}`
      return { subject: letter.subject, html, text: textPart(letter) }
    },
  }
}

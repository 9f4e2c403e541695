import type { ReactElement } from 'react'
import type { Digest, Renderer } from '../core/render/digest.ts'
import { Markup, Passage } from '../core/render/markup.ts'
import { wordsFor } from '../words/languages.ts'
import { Layout } from './layout.tsx'
import { createLetterWriters, type Letter } from './letter.ts'
import { NewNotification } from './new-notifications.tsx'
import { Outstanding } from './outstanding-reminder.tsx'
import { createStencils } from './stencils.ts'
import { textPart } from './text-part.ts'
import { createThemes, type Theme } from './theme.ts'

const DOCTYPE = new Passage('<!DOCTYPE html>')
const itemsOf = { new_notifications: NewNotification, outstanding_reminder: Outstanding }

/** A letter and how it is to look. */
interface Draft {
  letter: Letter
  theme: Theme
}

function createDrafts(now: () => Date = () => new Date()): (digest: Digest) => Draft {
  const writerIn = createLetterWriters()
  const themeOf = createThemes()
  return digest => {
    const words = wordsFor(digest.locale, digest.defaultLocale)
    return { letter: writerIn(words)(digest, now()), theme: themeOf(digest.brand.color) }
  }
}

/** The two emails in React. `now` decides only whether a date has its year written. */
export function createPages(now?: () => Date): (digest: Digest) => ReactElement {
  const draft = createDrafts(now)
  return digest => {
    const { letter, theme } = draft(digest)
    const Item = itemsOf[digest.emailType]
    return (
      <Layout letter={letter} theme={theme}>
        {letter.items.map(item => (
          <Item key={item.id} item={item} theme={theme} />
        ))}
      </Layout>
    )
  }
}

/**
 * Writes them out, in the bytes of `renderToStaticMarkup`. The same digest gives the same bytes on
 * every machine within one UTC year.
 */
export function createRenderer(now?: () => Date): Renderer {
  const draft = createDrafts(now)
  const write = createStencils()
  return {
    render(digest) {
      const { letter, theme } = draft(digest)
      const { emailType, brand } = digest
      const Item = itemsOf[emailType]
      const items = letter.items.map(({ kind, id, ...texts }) =>
        write(JSON.stringify([emailType, brand.color, kind]), texts, marked => (
          <Item item={{ ...marked, kind, id }} theme={theme} />
        )),
      )
      const html = write(
        JSON.stringify([brand.color]),
        { ...letter, items: [] },
        (marked, inner) => (
          <Layout letter={marked} theme={theme}>
            {inner}
          </Layout>
        ),
        items,
      )
      return {
        subject: letter.subject,
        html: new Markup([DOCTYPE, ...html.pieces]),
        text: textPart(letter),
      }
    },
  }
}

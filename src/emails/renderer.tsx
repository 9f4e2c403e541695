import type { ReactElement } from 'react'
import type { EmailType } from '../core/email-type.ts'
import type { Digest, Renderer } from '../core/render/digest.ts'
import { HtmlChunks, StaticChunk } from '../core/render/html-chunks.ts'
import { messagesFor } from '../i18n/languages.ts'
import { compileTemplate } from './compile-template.ts'
import { createContentWriters, type EmailContent, type EmailItem } from './email-content.ts'
import { Layout } from './layout.tsx'
import { NewNotification } from './new-notifications.tsx'
import type { NotificationKind } from './notification-kinds.ts'
import { Outstanding } from './outstanding-reminder.tsx'
import { textPart } from './text-part.ts'
import { createThemes, type Theme } from './theme.ts'

const DOCTYPE = new StaticChunk('<!DOCTYPE html>')
const itemsOf = { new_notifications: NewNotification, outstanding_reminder: Outstanding }

function createContents(now: () => Date = () => new Date()) {
  const writerIn = createContentWriters()
  const themeOf = createThemes()
  return (digest: Digest): { content: EmailContent; theme: Theme } => {
    const words = messagesFor(digest.locale, digest.defaultLocale)
    return { content: writerIn(words)(digest, now()), theme: themeOf(digest.brand.color) }
  }
}

/** The two emails in React. `now` decides only whether a date has its year written. */
export function createPages(now?: () => Date): (digest: Digest) => ReactElement {
  const contentOf = createContents(now)
  return digest => {
    const { content, theme } = contentOf(digest)
    const Item = itemsOf[digest.emailType]
    return (
      <Layout content={content} theme={theme}>
        {content.items.map(item => (
          <Item key={item.id} item={item} theme={theme} />
        ))}
      </Layout>
    )
  }
}

/** What an item looks like, whatever it says; the color decides the theme. */
interface ItemVariant {
  emailType: EmailType
  kind: NotificationKind
  color: string | undefined
  theme: Theme
}

/**
 * Renders the emails, with the bytes of `renderToStaticMarkup`. The same digest gives the same bytes on
 * every machine within one UTC year.
 */
export function createRenderer(now?: () => Date): Renderer {
  const contentOf = createContents(now)
  const itemTemplate = compileTemplate(
    (texts: Omit<EmailItem, 'id' | 'kind'>, { emailType, kind, theme }: ItemVariant) => {
      const Item = itemsOf[emailType]
      return <Item item={{ ...texts, kind, id: '' }} theme={theme} />
    },
    ({ emailType, kind, color }) => JSON.stringify([emailType, kind, color]),
  )
  const layoutTemplate = compileTemplate(
    (content: EmailContent, { theme }: Pick<ItemVariant, 'color' | 'theme'>, items) => (
      <Layout content={content} theme={theme}>
        {items}
      </Layout>
    ),
    ({ color }) => JSON.stringify([color]),
  )

  return {
    render(digest) {
      const { content, theme } = contentOf(digest)
      const { emailType, brand } = digest
      const { color } = brand
      const items = content.items.map(({ kind, id, ...texts }) =>
        itemTemplate(texts, { emailType, kind, color, theme }),
      )
      // The layout places the items as they are.
      const { chunks } = layoutTemplate({ ...content, items: [] }, { color, theme }, items)
      return {
        subject: content.subject,
        html: new HtmlChunks([DOCTYPE, ...chunks]),
        text: textPart(content),
      }
    },
  }
}

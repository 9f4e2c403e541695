import type { ReactElement } from 'react'
import type { EmailType } from '../core/email-type.ts'
import type { Digest, Renderer } from '../core/render/digest.ts'
import { HtmlChunks, StaticChunk } from '../core/render/html-chunks.ts'
import { messagesFor } from '../i18n/languages.ts'
import { compileTemplate } from './compile-template.ts'
import { createContentWriters, type EmailContent, type EmailItem } from './email-content.ts'
import { NewNotification, Outstanding } from './items.tsx'
import { Layout } from './layout.tsx'
import type { NotificationKind } from './notification-kinds.ts'
import { textPart } from './text-part.ts'
import { createThemes, type Theme } from './theme.ts'

const DOCTYPE = new StaticChunk('<!DOCTYPE html>')
const itemsOf = { new_notifications: NewNotification, outstanding_reminder: Outstanding }

function createContents(now: () => Date = () => new Date()) {
  const writerFor = createContentWriters()
  const themeOf = createThemes()
  return (digest: Digest): { content: EmailContent; theme: Theme } => {
    const words = messagesFor(digest.locale, digest.defaultLocale)
    return { content: writerFor(words)(digest, now()), theme: themeOf(digest.brand.color) }
  }
}

/** The two emails as React elements. `now` only determines whether dates include the year. */
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

/** What determines the markup of an item besides its texts. The theme depends on the color. */
interface ItemVariant {
  emailType: EmailType
  kind: NotificationKind
  color: string | undefined
  theme: Theme
}

/**
 * Renders the emails to the same bytes as `renderToStaticMarkup`. The output depends only on the digest and
 * the current UTC year.
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
      // The layout inserts the rendered items unchanged.
      const { chunks } = layoutTemplate({ ...content, items: [] }, { color, theme }, items)
      return {
        subject: content.subject,
        html: new HtmlChunks([DOCTYPE, ...chunks]),
        text: textPart(content),
      }
    },
  }
}

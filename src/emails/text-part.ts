import type { EmailContent, EmailItem } from './email-content.ts'

/**
 * The plain-text part. It stands by itself: the same words, every link written out. Strangers' text
 * keeps to lines of its own, because a clean text has no line breaks.
 */
export function textPart(content: EmailContent): string {
  const { greeting, open, preferences, unsubscribe } = content
  const { before, name, after } = greeting
  const parts = [
    `${before}${name}${after} ${content.heading}`,
    content.intro,
    ...content.items.map(item => itemText(item, open.url)),
    content.more,
    `${open.label}:\n${open.url}`,
    // Not "-- ": mail clients fold a signature away, and the unsubscribe link with it.
    `${content.why}\n${preferences.label}: ${preferences.url}\n${unsubscribe.label}: ${unsubscribe.url}`,
    content.address,
  ]
  return `${parts.filter(part => part).join('\n\n')}\n`
}

/** With its link, where that leads elsewhere than the one below all of them. */
function itemText(item: EmailItem, openUrl: string): string {
  const url = item.url === openUrl ? '' : item.url
  const lines = [`* ${item.title}`, item.message, item.about, url].filter(line => line !== '')
  return lines.join('\n  ')
}

import type { EmailContent, EmailItem } from './email-content.ts'

/**
 * The plain-text part, with the same texts as the HTML part and full URLs. Untrusted texts cannot begin a
 * new line, because clean texts contain no line breaks.
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
    // No "-- " before it: mail clients hide a signature, and the unsubscribe link with it.
    `${content.why}\n${preferences.label}: ${preferences.url}\n${unsubscribe.label}: ${unsubscribe.url}`,
    content.address,
  ]
  return `${parts.filter(part => part).join('\n\n')}\n`
}

/** Includes the item's link only if it differs from the button's. */
function itemText(item: EmailItem, openUrl: string): string {
  const url = item.url === openUrl ? '' : item.url
  const lines = [`* ${item.title}`, item.message, item.about, url].filter(line => line !== '')
  return lines.join('\n  ')
}

import type { Letter, LetterItem } from './letter.ts'

/**
 * The plain-text part. It stands by itself: the same words, every link written out. Strangers' text
 * keeps to lines of its own, because a clean text has no line breaks.
 */
export function textPart(letter: Letter): string {
  const { greeting, open, preferences, unsubscribe } = letter
  const { before, name, after } = greeting
  const parts = [
    `${before}${name}${after} ${letter.heading}`,
    letter.intro,
    ...letter.items.map(item => itemText(item, open.url)),
    letter.more,
    `${open.label}:\n${open.url}`,
    // Not "-- ": mail clients fold a signature away, and the unsubscribe link with it.
    `${letter.why}\n${preferences.label}: ${preferences.url}\n${unsubscribe.label}: ${unsubscribe.url}`,
    letter.address,
  ]
  return `${parts.filter(part => part).join('\n\n')}\n`
}

/** With its link, where that leads elsewhere than the one below all of them. */
function itemText(item: LetterItem, openUrl: string): string {
  const url = item.url === openUrl ? '' : item.url
  const lines = [`* ${item.title}`, item.message, item.about, url].filter(line => line !== '')
  return lines.join('\n  ')
}

import type { Letter, LetterItem } from './letter.ts'

/**
 * The plain-text part. It stands by itself: the same words, both links written out. Strangers'
 * text keeps to lines of its own, because a clean text has no line breaks.
 */
export function textPart(letter: Letter): string {
  const { before, name, after } = letter.greeting
  const parts = [
    `${before}${name}${after} ${letter.heading}`,
    letter.intro,
    ...letter.items.map(itemText),
    ...(letter.more === null ? [] : [letter.more]),
    `${letter.open}:\n${letter.appUrl}`,
    // Not "-- ": mail clients fold a signature away, and the unsubscribe link with it.
    `${letter.why}\n${letter.unsubscribe}: ${letter.unsubscribeUrl}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function itemText(item: LetterItem): string {
  const lines = [`* ${item.title}`, item.message, item.about].filter(line => line !== '')
  return lines.join('\n  ')
}

/** U+2060: invisible, prevents a line break, and is not allowed in URLs. */
const wordJoiner = '\u2060'

const scheme = /[a-z][a-z0-9+.-]{0,30}:\/\/+/gi

/** A dot inside a word, including the full-width and half-width dots that browsers accept. */
const innerDot = /(?<=\S)[.．｡](?=[\p{L}\p{N}])/gu

/**
 * Mail clients turn "evil.com" into a link, even if a stranger wrote it. This removes the scheme and puts
 * word joiners around each inner dot: the text looks the same, and no client except Samsung's links it
 * (blog.teknkl.com, "Stop email clients from hyperlinking text").
 */
export function defangLinks(text: string): string {
  if (!/[.．｡:]/.test(text)) return text
  return text.replace(scheme, '').replace(innerDot, dot => wordJoiner + dot + wordJoiner)
}

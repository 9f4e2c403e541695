/** U+2060: invisible, and prevents a line break. */
const wordJoiner = '\u2060'

const scheme = /[a-z][a-z0-9+.-]{0,30}:\/\/+/gi

/** A dot inside a word, including the full-width and half-width dots that browsers accept, and an at sign. */
const innerDot = /(?<=\S)[.．｡@＠](?=[^\s\p{P}]|[-_])/gu

/** The colon of `mailto:`, `tel:` and any other scheme; not that of a time. */
const schemeColon = /(?<=\p{L}[\w+.-]{0,30}):(?=\S)/gu

/** `//host` is a link without a scheme, `\\\\host` a link to a file server. */
const doubleSlash = /[/\\](?=[/\\])/g

/**
 * Mail clients turn "evil.com" into a link, even if a stranger wrote it. This removes the scheme and puts
 * word joiners where a client would recognize a link: the text looks the same. A joiner may be part of a
 * host, so it must separate whatever begins a link as well: `//` and `mailto:`.
 */
export function defangLinks(text: string): string {
  if (!/[.．｡:@＠/\\]/.test(text)) return text
  return text
    .replace(scheme, '')
    .replace(schemeColon, `${wordJoiner}:${wordJoiner}`)
    .replace(doubleSlash, `$&${wordJoiner}`)
    .replace(innerDot, `${wordJoiner}$&${wordJoiner}`)
}

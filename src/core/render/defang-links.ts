/** U+2060: invisible, forbids a line break, and is not allowed in any URL. */
const wordJoiner = '\u2060'

const scheme = /[a-z][a-z0-9+.-]{0,30}:\/\/+/gi

/** A dot inside a word; also the full-width and half-width ones, which browsers take for dots. */
const innerDot = /(?<=\S)[.．｡](?=[\p{L}\p{N}])/gu

/**
 * Mail clients turn "evil.com" into a link, whoever wrote it; in a mail that people trust, a
 * stranger's name or comment must not become one. The scheme goes, and each dot inside a word gets
 * a word joiner on both sides: it looks the same ("mary.jane" stays "mary.jane") and no client but
 * Samsung's links it (blog.teknkl.com, "Stop email clients from hyperlinking text").
 */
export function defangLinks(text: string): string {
  if (!/[.．｡:]/.test(text)) return text
  return text.replace(scheme, '').replace(innerDot, dot => wordJoiner + dot + wordJoiner)
}

/**
 * Characters that JSON does not escape but that control a terminal or are invisible: DEL and C1 controls,
 * line separators, bidi controls and tag characters.
 */
const raw = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu

/** Escapes control characters in JSON as `\u00XX`. A parser reads the same data. */
export function escapeJson(json: string): string {
  return json.replace(raw, character => {
    let escaped = ''
    for (let at = 0; at < character.length; at += 1) {
      escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
    }
    return escaped
  })
}

/** `JSON.stringify` for files and terminals. */
export function toJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, null, indent))
}

import { defangLinks } from './defang-links.ts'

/**
 * Removed from all texts: C0 and C1 controls other than white space, the 12 bidi controls, tag characters
 * and unpaired surrogates. ZWJ and ZWNJ stay, because emoji families and Persian need them.
 */
const unwanted =
  /[[\p{Cc}--[\t-\r\x85]]\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\p{Cs}]+/gv

/**
 * `\s` includes tabs, line feeds, U+2028/9, NBSP and the BOM, but not NEL (U+0085). The others are letters
 * and symbols without ink: Braille, Hangul, music, hieroglyphs.
 */
const whiteSpace = /[\s\x85\u2800\u3164\uffa0\u{1d159}\u{13441}\u{13442}]+/gu

const lineBreakers = /[\t-\r\x85\u2028\u2029]/g

/** Each of these code units is a grapheme of its own, so counting units counts graphemes. */
const singleUnitGraphemes = /^[\x20-\x7e\xa0-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*$/

/** Ordinary words separated by single spaces: text that needs no cleaning. */
const alreadyClean =
  /^[\x21-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]+(?: [\x21-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]+)*$/

/** A visible character. Text that consists of fillers and joiners counts as empty. */
const visible = /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{C}]/u

/** The longest emoji in common use (a couple with skin tones) has 15 units, a family of four up to 19. */
const maxUnitsPerGrapheme = 20

/**
 * Vietnamese needs two combining marks on a letter, phonetics three. More are an attempt to disfigure the
 * page: hundreds of them would cover the lines above and below.
 */
const excessMarks = /([\p{M}&&\p{Script=Inherited}]{3})[\p{M}&&\p{Script=Inherited}]+/gv

/** An average that limits the size of a text whose graphemes all have the maximum length. */
const unitsPerGrapheme = 4

/** Text is cleaned in slices, so that a 1 MB message costs no more than the part that is kept. */
const sliceUnits = 4096

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Makes one line of text that is safe to show: without controls, white space collapsed and trimmed, cut
 * with '…' to `maxGraphemes` graphemes and `maxUnits` UTF-16 units. Not HTML-escaped. Empty if nothing in
 * it is visible.
 */
export function cleanText(
  text: string,
  maxGraphemes: number,
  maxUnits = maxGraphemes * unitsPerGrapheme,
): string {
  if (text.length <= Math.min(maxGraphemes, maxUnits) && alreadyClean.test(text)) return text
  const cleaned = collapse(text, maxGraphemes * unitsPerGrapheme)
  if (singleUnitGraphemes.test(cleaned)) {
    const maxLength = Math.min(maxGraphemes, maxUnits)
    if (cleaned.length <= maxLength) return visible.test(cleaned) ? cleaned : ''
    return `${cleaned.slice(0, maxLength - 1).trimEnd()}…`
  }
  return visible.test(cleaned) ? truncate(cleaned, maxGraphemes, maxUnits) : ''
}

/**
 * Cleans a name, as for a greeting, and keeps mail clients from turning it into a link. The word joiners
 * that this adds do not count towards `maxGraphemes`.
 */
export function cleanName(name: string, maxGraphemes: number): string {
  return defangLinks(cleanText(name, maxGraphemes))
}

/**
 * Removes controls from a line and keeps its spacing: white space that breaks a line or moves the cursor
 * becomes a space. For whole formatted lines; use `cleanText` for values.
 */
export function withoutControls(text: string): string {
  return text.replace(lineBreakers, ' ').replace(unwanted, '')
}

/** Removes controls from a text of several lines and keeps its line feeds and tabs. */
export function withoutControlsInLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\t\n]+/g, withoutControls)
}

/** Cleans the beginning of a text, up to slightly more than `units`. */
function collapse(text: string, units: number): string {
  let cleaned = ''
  for (let at = 0; at < text.length && cleaned.length <= units; ) {
    const end = sliceEnd(text, at)
    cleaned += text
      .slice(at, end)
      .replace(unwanted, '')
      .replace(whiteSpace, ' ')
      .replace(excessMarks, '$1')
    at = end
  }
  // Two spaces may meet where slices join.
  return cleaned.replace(whiteSpace, ' ').trim()
}

/** Does not split a surrogate pair, whose halves would both be removed. */
function sliceEnd(text: string, at: number): number {
  const end = at + sliceUnits
  const pairEnd = (text.codePointAt(end - 1) ?? 0) > 0xffff
  return pairEnd ? end + 1 : end
}

function truncate(text: string, maxGraphemes: number, maxUnits: number): string {
  const graphemes: string[] = []
  let units = 0
  for (const { segment } of segmenter.segment(text)) {
    const grapheme = shorten(segment)
    units += grapheme.length
    graphemes.push(grapheme)
    if (graphemes.length <= maxGraphemes && units <= maxUnits) continue
    // Make room for the ellipsis within both limits.
    while (graphemes.length >= maxGraphemes || units >= maxUnits) {
      units -= graphemes.pop()?.length ?? 0
    }
    return `${graphemes.join('').trimEnd()}…`
  }
  return graphemes.join('')
}

function shorten(grapheme: string): string {
  if (grapheme.length <= maxUnitsPerGrapheme) return grapheme
  // A ZWJ or an unpaired surrogate at the end would join with the next character.
  return grapheme.slice(0, maxUnitsPerGrapheme).replace(/[\u200d\p{Cs}]+$/u, '')
}

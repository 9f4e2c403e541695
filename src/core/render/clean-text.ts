import { defangLinks } from './defang-links.ts'

/**
 * What never reaches a mailbox: C0 and C1 controls that are not white space, the 12 bidi controls,
 * tag characters, and surrogates without a partner.
 * ZWJ and ZWNJ stay: emoji families and Persian need them.
 */
const unwanted =
  /[[\p{Cc}--[\t-\r\x85]]\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\p{Cs}]+/gv

/** `\s` holds tabs, line feeds, U+2028/9, NBSP and the BOM; NEL (U+0085) is ours to add. */
const whiteSpace = /[\s\x85]+/g

const lineBreakers = /[\t-\r\x85\u2028\u2029]/g

/** Every code unit here is one grapheme by itself, so counting units counts graphemes. */
const oneUnitEach = /^[\x20-\x7e\xa0-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*$/

/** Words as most people write them, one space apart: nothing in there is to be cleaned. */
const spotless =
  /^[\x21-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]+(?: [\x21-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]+)*$/

/** Something a reader can see: text of fillers and joiners alone counts as empty. */
const visible = /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{C}]/u

/** The longest emoji in use (a couple with skin tones) has 15 units, a family of four up to 19. */
const maxUnitsPerGrapheme = 20

/**
 * Vietnamese takes two and phonetics three; more of them on one letter are there to disfigure, and
 * hundreds would paint over the neighbours' lines.
 */
const piledMarks = /([\p{M}&&\p{Script=Inherited}]{3})[\p{M}&&\p{Script=Inherited}]+/gv

/** An average: bounds the bytes of a text whose every grapheme is as long as it may be. */
const unitsPerGrapheme = 4

/** Cleaning works in slices, so that a 1 MB message costs what is kept and not what was written. */
const sliceUnits = 4096

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * One line of text that is safe to show: controls gone, white space collapsed and trimmed, at most
 * `maxGraphemes` graphemes (the last one is '…' when something was cut) and `maxUnits` UTF-16 units,
 * four times as many where nothing is said. Not HTML-escaped. Empty when nothing in it can be seen.
 */
export function cleanText(
  text: string,
  maxGraphemes: number,
  maxUnits = maxGraphemes * unitsPerGrapheme,
): string {
  if (text.length <= Math.min(maxGraphemes, maxUnits) && spotless.test(text)) return text
  const kept = collapse(text, maxGraphemes * unitsPerGrapheme)
  if (oneUnitEach.test(kept)) {
    const longest = Math.min(maxGraphemes, maxUnits)
    if (kept.length <= longest) return visible.test(kept) ? kept : ''
    return `${kept.slice(0, longest - 1).trimEnd()}…`
  }
  return visible.test(kept) ? clip(kept, maxGraphemes, maxUnits) : ''
}

/**
 * A name by itself, as in a greeting: cleaned, and without anything that a mail client would turn
 * into a link. The word joiners that this takes are not counted in `maxGraphemes`.
 */
export function cleanName(name: string, maxGraphemes: number): string {
  return defangLinks(cleanText(name, maxGraphemes))
}

/**
 * One line with its spacing kept: white space that breaks a line or moves a cursor becomes a space, and
 * every other control is gone. For whole lines that are laid out already; `cleanText` is for values.
 */
export function withoutControls(text: string): string {
  return text.replace(lineBreakers, ' ').replace(unwanted, '')
}

/** The same of a text of several lines: its line feeds and tabs stay. */
export function withoutControlsInLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\t\n]+/g, withoutControls)
}

/** The clean beginning of a text: all of it, or somewhat more than `units` of it. */
function collapse(text: string, units: number): string {
  let kept = ''
  for (let at = 0; at < text.length && kept.length <= units; ) {
    const end = sliceEnd(text, at)
    kept += text
      .slice(at, end)
      .replace(unwanted, '')
      .replace(whiteSpace, ' ')
      .replace(piledMarks, '$1')
    at = end
  }
  // Slices meet with two spaces, and the first may begin with one.
  return kept.replace(whiteSpace, ' ').trim()
}

/** Never between the halves of a pair: each half by itself would be stripped. */
function sliceEnd(text: string, at: number): number {
  const end = at + sliceUnits
  const pairEnd = (text.codePointAt(end - 1) ?? 0) > 0xffff
  return pairEnd ? end + 1 : end
}

function clip(text: string, maxGraphemes: number, maxUnits: number): string {
  const graphemes: string[] = []
  let units = 0
  for (const { segment } of segmenter.segment(text)) {
    const grapheme = shorten(segment)
    units += grapheme.length
    graphemes.push(grapheme)
    if (graphemes.length <= maxGraphemes && units <= maxUnits) continue
    // Room for the ellipsis, within both bounds.
    while (graphemes.length >= maxGraphemes || units >= maxUnits) {
      units -= graphemes.pop()?.length ?? 0
    }
    return `${graphemes.join('').trimEnd()}…`
  }
  return graphemes.join('')
}

function shorten(grapheme: string): string {
  if (grapheme.length <= maxUnitsPerGrapheme) return grapheme
  // A ZWJ or half a pair at the end would join what follows.
  return grapheme.slice(0, maxUnitsPerGrapheme).replace(/[\u200d\p{Cs}]+$/u, '')
}

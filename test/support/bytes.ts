/**
 * The escapes that our output uses: colours, and those of the progress bar (save and restore, wrapping,
 * cursor, first column, clear the line, move up, clear below).
 */
const OWN_ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches them
  /\u001b(?:[78]|\[(?:0|1|22|31|32|33|35|36|39|90)m|\[\?(?:25|7)[hl]|\[1G|\[0K|\[0J|\[1A)/g

/** Characters that control a terminal or change how a line is displayed. */
const CONTROL_CHARACTERS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches them
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Finds control characters in an output, except our own escapes and the bar's carriage returns. */
export function findControlCharacters(output: string): string[] {
  const text = withoutOwnEscapes(output).replace(/\r(?=\n|$)/g, '')
  return [...text.matchAll(CONTROL_CHARACTERS)].map(({ 0: character, index }) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `U+${code} in ${JSON.stringify(text.slice(Math.max(0, index - 40), index + 20))}`
  })
}

export function withoutOwnEscapes(output: string): string {
  return output.replace(OWN_ESCAPES, '')
}

/** The lines of an output as shown on the screen. */
export function linesOf(output: string): string[] {
  // The bar returns to the first column and overwrites itself.
  return output.split('\n').map(line => withoutOwnEscapes(line.split('\u001b[1G').at(-1) ?? ''))
}

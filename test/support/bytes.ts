/**
 * The colours of ours, and what a progress bar needs: save and restore, no wrapping, no cursor, first
 * column, clear the rest of the line, up a line and clear below.
 */
const OWN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\u001b(?:[78]|\[(?:0|1|22|31|32|33|35|36|39|90)m|\[\?(?:25|7)[hl]|\[1G|\[0K|\[0J|\[1A)/g

/** What may steer a terminal, or change what a reader sees of a line. */
const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** The characters in an output that others have brought there; a bar's own carriage returns are left out. */
export function findSteering(output: string): string[] {
  const text = withoutOwn(output).replace(/\r(?=\n|$)/g, '')
  return [...text.matchAll(STEERING)].map(({ 0: character, index }) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `U+${code} in ${JSON.stringify(text.slice(Math.max(0, index - 40), index + 20))}`
  })
}

export function withoutOwn(output: string): string {
  return output.replace(OWN, '')
}

/** An output as it stands on the screen, line by line. */
export function linesOf(output: string): string[] {
  // A bar goes back to the first column and writes over what it wrote.
  return output.split('\n').map(line => withoutOwn(line.split('\u001b[1G').at(-1) ?? ''))
}

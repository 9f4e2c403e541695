/** A text as it is between the quotes of a string in JSON. */
export function withinJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** A text that stands in many emails, with the bytes that it is within a string of a request's JSON. */
export class Passage {
  readonly text: string
  readonly json: Uint8Array

  constructor(text: string) {
    this.text = text
    this.json = Buffer.from(withinJson(text))
  }

  toString(): string {
    return this.text
  }
}

/**
 * The HTML of an email in pieces, so that what stands in all of them need not be made a string, made
 * JSON, and made bytes for each. `String(markup)` is the whole.
 */
export class Markup {
  readonly pieces: readonly (string | Passage)[]

  constructor(pieces: readonly (string | Passage)[]) {
    this.pieces = pieces
  }

  toString(): string {
    return this.pieces.join('')
  }
}

/** Escapes a text as it stands between the quotes of a JSON string. */
export function withinJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** HTML that stands in many emails, with the bytes that it has within a JSON string. */
export class StaticChunk {
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
 * The HTML of an email in chunks: what all emails share need not become a string, JSON and bytes again
 * for each of them. `String(html)` is the whole.
 */
export class HtmlChunks {
  readonly chunks: readonly (string | StaticChunk)[]

  constructor(chunks: readonly (string | StaticChunk)[]) {
    this.chunks = chunks
  }

  toString(): string {
    return this.chunks.join('')
  }
}

/** Escapes a text for use between the quotes of a JSON string. */
export function withinJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** HTML that many emails share, with its bytes as part of a JSON string. */
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
 * The HTML of an email in chunks, so that shared parts are converted to JSON bytes only once. Use
 * `String(html)` to get all of it.
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

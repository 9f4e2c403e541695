import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Markup, withinJson } from '../render/markup.ts'

/** Most requests are smaller. */
const USUAL_BYTES = 1 << 20
/** UTF-8 needs no more for a code unit. */
const MOST_BYTES_A_UNIT = 3

/** What the latest request was put together in, for the next one. */
let spare: Buffer | undefined

/**
 * Puts one request together, in memory that is kept for the next. As text, or in pieces, it would be
 * megabytes of garbage that outlive the young generation, and V8 lets those lie until there are far
 * more of them.
 */
export function beginBody() {
  let desk = spare ?? Buffer.allocUnsafeSlow(USUAL_BYTES)
  spare = undefined
  let written = 0

  function makeRoom(bytes: number): void {
    if (desk.length >= written + bytes) return
    const larger = Buffer.allocUnsafeSlow(2 * (written + bytes))
    desk.copy(larger, 0, 0, written)
    desk = larger
  }

  function write(json: string): void {
    makeRoom(json.length * MOST_BYTES_A_UNIT)
    written += desk.write(json, written)
  }

  function writeMarkup({ pieces }: Markup): void {
    write('"')
    for (const piece of pieces) {
      if (typeof piece === 'string') write(withinJson(piece))
      else {
        makeRoom(piece.json.length)
        desk.set(piece.json, written)
        written += piece.json.length
      }
    }
    write('"')
  }

  return {
    /** Adds an item to the array that the request is. */
    add(item: object): void {
      write(written === 0 ? '[' : ',')
      let between = '{'
      for (const [name, value] of Object.entries(item)) {
        write(`${between}${JSON.stringify(name)}:`)
        if (value instanceof Markup) writeMarkup(value)
        else write(JSON.stringify(value))
        between = ','
      }
      write('}')
    },
    /** Ends it: what `JSON.stringify` makes of all items, markup as a string, packed. Null without items. */
    pack(): Uint8Array | null {
      spare = desk
      if (written === 0) return null
      write(']')
      return packBody(desk.subarray(0, written))
    },
  }
}

/** A request as it is stored and held: a hundred like emails shrink to a few percent, in half a millisecond. */
export function packBody(body: Uint8Array): Uint8Array {
  return zstdCompressSync(body)
}

/**
 * The exact bytes that were packed. In zlib's usual pieces: one large one would stay with its stream
 * until the next full collection.
 */
export function unpackBody(packed: Uint8Array): Buffer {
  return zstdDecompressSync(packed)
}

/** The emails of a packed request, in its order; null where one was erased. */
export function emailsOf(packed: Uint8Array): unknown[] {
  return JSON.parse(String(unpackBody(packed)))
}

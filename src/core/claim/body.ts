import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { HtmlChunks, withinJson } from '../render/html-chunks.ts'

/** Most requests are smaller. */
const USUAL_BYTES = 1 << 20
/** UTF-8 needs no more for a code unit. */
const MOST_BYTES_A_UNIT = 3

/**
 * Makes functions that each put one request together, in a buffer that is pooled for the next one. As text
 * a request would be megabytes of garbage that outlive the young generation, and V8 lets those lie until
 * there are far more of them.
 */
export function createBodyPool(): () => RequestBody {
  let pooledBuffer: Buffer | undefined
  return () => {
    const buffer = pooledBuffer ?? Buffer.allocUnsafeSlow(USUAL_BYTES)
    pooledBuffer = undefined
    return beginBody(buffer, done => {
      pooledBuffer = done
    })
  }
}

export interface RequestBody {
  /** Adds an item to the array that the request is. */
  add(item: object): void
  /** Ends it: what `JSON.stringify` makes of all items, HTML as a string, packed. Null without items. */
  pack(): Uint8Array | null
}

function beginBody(initial: Buffer, release: (buffer: Buffer) => void): RequestBody {
  let buffer = initial
  let written = 0

  function makeRoom(bytes: number): void {
    if (buffer.length >= written + bytes) return
    const larger = Buffer.allocUnsafeSlow(2 * (written + bytes))
    buffer.copy(larger, 0, 0, written)
    buffer = larger
  }

  function write(json: string): void {
    makeRoom(json.length * MOST_BYTES_A_UNIT)
    written += buffer.write(json, written)
  }

  function writeHtml({ chunks }: HtmlChunks): void {
    write('"')
    for (const chunk of chunks) {
      if (typeof chunk === 'string') write(withinJson(chunk))
      else {
        makeRoom(chunk.json.length)
        buffer.set(chunk.json, written)
        written += chunk.json.length
      }
    }
    write('"')
  }

  return {
    add(item) {
      write(written === 0 ? '[' : ',')
      let between = '{'
      for (const [name, value] of Object.entries(item)) {
        write(`${between}${JSON.stringify(name)}:`)
        if (value instanceof HtmlChunks) writeHtml(value)
        else write(JSON.stringify(value))
        between = ','
      }
      write('}')
    },
    pack() {
      release(buffer)
      if (written === 0) return null
      write(']')
      return packBody(buffer.subarray(0, written))
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

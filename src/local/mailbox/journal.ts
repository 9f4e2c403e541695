import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { AcceptedRequest } from './stored-email.ts'

/**
 * The file of accepted requests, one JSON line each. Several processes may share it; of two lines with the
 * same key, the first one counts.
 */
export interface Journal {
  /** Reads the lines that any process has appended since the last call. */
  catchUp(): void
  /** Appends a request, and reads up to and including it. Throws if it cannot be written. */
  append(request: AcceptedRequest): void
}

/** Validates a line; the fields of an email were validated when it was accepted. */
const line = z.looseObject({
  at: z.number(),
  key: z.string().nullable(),
  scope: z.enum(['emails', 'emails/batch']),
  hash: z.string(),
  status: z.literal(200),
  answer: z.unknown(),
  emails: z.array(z.looseObject({ id: z.string(), at: z.number(), to: z.array(z.string()) })),
})

function parseLine(bytes: Buffer): AcceptedRequest | undefined {
  try {
    const read = line.safeParse(JSON.parse(bytes.toString()))
    return read.success ? (read.data as unknown as AcceptedRequest) : undefined
  } catch {
    return undefined
  }
}

const newline = 0x0a

/** @param onRequest called once for every complete line, in file order; corrupt lines are skipped */
export function openJournal(path: string, onRequest: (request: AcceptedRequest) => void): Journal {
  mkdirSync(dirname(path), { recursive: true })
  const chunk = Buffer.allocUnsafe(1 << 20)
  /** The position up to which the file has been read: always the start of a line. */
  let offset = 0

  /** Opens the file each time, so that a removed file is noticed. */
  function withFile(act: (file: number) => void): void {
    const file = openSync(path, 'a+', 0o600)
    try {
      if (fstatSync(file).size < offset) offset = 0
      act(file)
    } finally {
      closeSync(file)
    }
  }

  function catchUp(file: number): void {
    let position = offset
    let rest: Buffer = Buffer.alloc(0)
    for (;;) {
      const read = readSync(file, chunk, 0, chunk.length, position)
      if (read === 0) return
      position += read
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)])
      let start = 0
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
        const request = parseLine(bytes.subarray(start, end))
        start = end + 1
        offset = position - bytes.length + start
        if (request !== undefined) onRequest(request)
      }
      rest = bytes.subarray(start)
    }
  }

  // Only the owner may read the emails, even if the file already existed with another mode.
  withFile(file => fchmodSync(file, 0o600))

  return {
    catchUp: () => withFile(catchUp),
    append: request =>
      withFile(file => {
        catchUp(file)
        // Start a new line if a killed process left an incomplete one.
        const isIncomplete = fstatSync(file).size > offset
        const bytes = Buffer.from(`${isIncomplete ? '\n' : ''}${JSON.stringify(request)}\n`)
        if (writeSync(file, bytes) < bytes.length) throw new Error(`${path}: only partly written`)
        if (!isIncomplete && fstatSync(file).size === offset + bytes.length) {
          offset += bytes.length
          onRequest(request)
        } else {
          catchUp(file)
        }
      }),
  }
}

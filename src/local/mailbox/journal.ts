import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { AcceptedRequest } from './stored-email.ts'

/**
 * The file of accepted requests, one line of JSON each. Several processes may share it. Its order
 * is the truth: of two lines with the same key the first one counts.
 */
export interface Journal {
  /** Reads what has been appended since the last call, by whichever process. */
  catchUp(): void
  /** Appends one request, and reads on up to and including it. Throws when it cannot be written. */
  append(request: AcceptedRequest): void
}

/** What is looked at before a line is trusted; an email's own fields were checked when it came. */
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

/** @param onRequest is given every whole line once, in the file's order; corrupt ones are skipped */
export function openJournal(path: string, onRequest: (request: AcceptedRequest) => void): Journal {
  mkdirSync(dirname(path), { recursive: true })
  const chunk = Buffer.allocUnsafe(1 << 20)
  /** How far it has been read: always the start of a line. */
  let offset = 0

  /** Opened anew each time, so that nothing is held open and a removed file is noticed. */
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

  // The emails are nobody else's to read, also when the file was there before.
  withFile(file => fchmodSync(file, 0o600))

  return {
    catchUp: () => withFile(catchUp),
    append: request =>
      withFile(file => {
        catchUp(file)
        // A line that a killed process left unfinished must not swallow this one.
        const torn = fstatSync(file).size > offset
        const bytes = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(request)}\n`)
        if (writeSync(file, bytes) < bytes.length) throw new Error(`${path}: written in part only`)
        if (!torn && fstatSync(file).size === offset + bytes.length) {
          offset += bytes.length
          onRequest(request)
        } else {
          catchUp(file)
        }
      }),
  }
}

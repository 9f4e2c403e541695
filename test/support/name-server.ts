import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** The records of a name: the parts of each TXT, and the host of each MX. */
export type Zone = Record<string, { txt?: string[][]; mx?: string[] }>

const [MX, TXT] = [15, 16]
const [NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME] = [0, 2, 3]

/**
 * Starts a name server for the names of a zone; other names do not exist. With `fails` it answers with a
 * server failure. Resolves to its `address:port`.
 */
export async function startNameServer(zone: Zone, { fails = false } = {}): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query)
    const entry = zone[name]
    const records =
      type === TXT
        ? (entry?.txt ?? []).map(parts => Buffer.concat(parts.map(characterString)))
        : type === MX
          ? (entry?.mx ?? []).map(host => Buffer.concat([Buffer.from([0, 10]), toName(host)]))
          : []
    const code = fails ? SERVER_FAILURE : entry ? NO_ERROR : NO_SUCH_NAME
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x8180 | code, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(fails ? 0 : records.length, 6)
    const answers = fails ? [] : records.map(data => toAnswer(type, data))
    socket.send(
      Buffer.concat([header, query.subarray(12, end), ...answers]),
      from.port,
      from.address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return `127.0.0.1:${socket.address().port}`
}

/** https://www.rfc-editor.org/rfc/rfc1035#section-4.1.2 */
function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** An answer whose name is a pointer to that of the question. */
function toAnswer(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(60, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function characterString(text: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])
}

function toName(host: string): Buffer {
  return Buffer.concat([...host.split('.').map(characterString), Buffer.from([0])])
}

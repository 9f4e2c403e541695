import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface CommitFault {
  /** A text that the statements before the COMMIT must contain. */
  said: string
  /** Whether the COMMIT or its answer is lost. */
  lose: 'commit' | 'answer'
  times: number
}

export interface CommitProxy {
  url: string
  /** How many commits have failed so far. */
  readonly hit: number
}

/** Puts PostgreSQL behind a proxy that breaks the connection during a COMMIT. */
export async function openCommitProxy(url: string, fault: CommitFault): Promise<CommitProxy> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let hit = 0

  const server = createServer(client => {
    const upstream = connect(Number(port), hostname)
    const cut = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', cut).on('close', cut)
    }
    const statementsIn = readStatements()
    let said = ''
    let dropAnswer = false
    client.on('data', bytes => {
      for (const statement of statementsIn(bytes)) {
        said += statement
        if (statement !== 'commit') continue
        const matches = said.includes(fault.said) && hit < fault.times
        said = ''
        if (!matches) continue
        hit += 1
        if (fault.lose === 'commit') return cut()
        dropAnswer = true
      }
      return upstream.write(bytes)
    })
    upstream.on('data', bytes => {
      if (!dropAnswer) return client.write(bytes)
      // Only the commit's answer contains COMMIT; earlier messages are about parsing it.
      if (bytes.includes('COMMIT\0')) cut()
      return undefined
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const proxied = new URL(url)
  proxied.port = String((server.address() as AddressInfo).port)
  return {
    url: proxied.href,
    get hit() {
      return hit
    },
  }
}

/** Parses a client's messages, chunk by chunk, into the executed statements, prepared ones included. */
function readStatements(): (bytes: Buffer) => string[] {
  const prepared = new Map<string, string>()
  let begun = false
  let rest = Buffer.of()
  return bytes => {
    rest = Buffer.concat([rest, bytes])
    const run: string[] = []
    for (;;) {
      // Only the startup message has no type byte before its length.
      const typeByte = begun ? 1 : 0
      if (rest.length < typeByte + 4) return run
      const end = typeByte + rest.readInt32BE(typeByte)
      if (rest.length < end) return run
      const [first = '', second = ''] = rest.toString('latin1', typeByte + 4, end).split('\0')
      const kind = begun && rest.toString('latin1', 0, 1)
      if (kind === 'P') prepared.set(first, second)
      if (kind === 'B') run.push(prepared.get(second) ?? '')
      begun = true
      rest = rest.subarray(end)
    }
  }
}

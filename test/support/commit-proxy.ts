import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface CommitFault {
  /** What the transaction must have said before its COMMIT. */
  said: string
  /** The COMMIT never arrives, or its answer never does. */
  lose: 'commit' | 'answer'
  times: number
}

export interface CommitProxy {
  url: string
  /** How many commits went wrong so far. */
  readonly hit: number
}

/** PostgreSQL behind a network that breaks in the middle of a COMMIT. */
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
    let answerIsLost = false
    client.on('data', bytes => {
      for (const statement of statementsIn(bytes)) {
        said += statement
        if (statement !== 'commit') continue
        const meant = said.includes(fault.said) && hit < fault.times
        said = ''
        if (!meant) continue
        hit += 1
        if (fault.lose === 'commit') return cut()
        answerIsLost = true
      }
      return upstream.write(bytes)
    })
    upstream.on('data', bytes => {
      if (!answerIsLost) return client.write(bytes)
      // The commit's answer alone says COMMIT; what comes before is about parsing it.
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

/** Reads what a client sends, in pieces: the statements that are run, also those it has prepared before. */
function readStatements(): (bytes: Buffer) => string[] {
  const prepared = new Map<string, string>()
  let begun = false
  let rest = Buffer.of()
  return bytes => {
    rest = Buffer.concat([rest, bytes])
    const run: string[] = []
    for (;;) {
      // Alone what opens a connection has no letter before its length.
      const letter = begun ? 1 : 0
      if (rest.length < letter + 4) return run
      const end = letter + rest.readInt32BE(letter)
      if (rest.length < end) return run
      const [first = '', second = ''] = rest.toString('latin1', letter + 4, end).split('\0')
      const kind = begun && rest.toString('latin1', 0, 1)
      if (kind === 'P') prepared.set(first, second)
      if (kind === 'B') run.push(prepared.get(second) ?? '')
      begun = true
      rest = rest.subarray(end)
    }
  }
}

import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { onTestFinished } from 'vitest'

export interface FaultyServer {
  baseUrl: string
  /** Resolves when the server has reached its fault. */
  reached: Promise<unknown>
}

/** A provider that accepts connections but reads nothing, or only a request's first bytes. */
export async function openUnresponsiveServer({ reads }: { reads: boolean }): Promise<FaultyServer> {
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const server = createTcpServer({ pauseOnConnect: !reads }, socket => {
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    if (!reads) return resolve()
    socket.once('data', () => {
      socket.pause()
      resolve()
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reached }
}

/** Forwards requests to the provider, and calls `beforeAnswer` before forwarding the answer. */
export async function openForwardingServer(
  baseUrl: string,
  beforeAnswer: (body: Buffer) => Promise<unknown>,
): Promise<FaultyServer> {
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const sent = Buffer.concat(chunks)
    const { authorization = '' } = request.headers
    const headers = ['idempotency-key', 'x-batch-validation'].flatMap(name => {
      const value = request.headers[name]
      return typeof value === 'string' ? [[name, value] as const] : []
    })
    const answer = await fetch(`${baseUrl}${request.url}`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        ...Object.fromEntries(headers),
      },
      body: sent,
    })
    const body = await answer.text()
    await beforeAnswer(sent)
    resolve()
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reached }
}

import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Listens, and resolves to the URL at which this machine reaches the server. */
export async function listen(
  server: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<string> {
  await server.listen({ host, port })
  const { port: actual } = server.server.address() as AddressInfo
  // A wildcard is no address to call.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${actual}`
}

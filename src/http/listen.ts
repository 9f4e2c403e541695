import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Starts listening. Resolves to the URL at which this machine reaches the server. */
export async function listen(
  server: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<string> {
  await server.listen({ host, port })
  const { port: actual } = server.server.address() as AddressInfo
  // A wildcard address cannot be called.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${actual}`
}

/**
 * Stops accepting connections and lets open requests finish for `graceMs`, then closes the rest: a
 * client that sends nothing, half a header or half a body would delay the stop indefinitely.
 */
export async function closeWithin(server: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), graceMs)
  try {
    await server.close()
  } finally {
    clearTimeout(timer)
  }
}

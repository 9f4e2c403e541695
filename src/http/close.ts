import type { FastifyInstance } from 'fastify'

/**
 * Takes no further connection, lets answers under way end for `graceMs`, and then closes whatever is still
 * open: a client that sends nothing, half a header or half a body would otherwise hold up a stop for good.
 */
export async function closeWithin(server: FastifyInstance, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), graceMs)
  try {
    await server.close()
  } finally {
    clearTimeout(cut)
  }
}

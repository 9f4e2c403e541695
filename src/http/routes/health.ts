import type { FastifyPluginAsync } from 'fastify'

/** Things that must work before this process is of use; each resolves to null, or to what is wrong. */
export type HealthChecks = Record<string, () => Promise<string | null>>

const LIMIT_MS = 3_000

/** `/health/live`: the process answers. `/health/ready`: what it needs answers too, else 503. */
export const healthRoutes: FastifyPluginAsync<{ checks: HealthChecks }> = async (
  server,
  { checks },
) => {
  server.get('/health/live', async () => ({ status: 'ok' }))

  server.get('/health/ready', async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await settle(check)] as const),
    )
    const ready = results.every(([, fault]) => fault === null)
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ok' : 'unavailable',
      checks: Object.fromEntries(results.map(([name, fault]) => [name, fault ?? 'ok'])),
    })
  })
}

async function settle(check: () => Promise<string | null>): Promise<string | null> {
  const late = new Promise<string>(resolve => {
    setTimeout(resolve, LIMIT_MS, `no answer within ${LIMIT_MS / 1000} s`).unref()
  })
  return Promise.race([check().catch(() => 'not reachable'), late])
}

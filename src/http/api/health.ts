import type { FastifyPluginAsync } from 'fastify'
import { shareReading } from '../shared-reading.ts'

/** What is wrong; with `degraded`, it keeps this process from nothing but sending. */
export type HealthFault = string | { degraded: string }

/** Things that must work before this process is of use; each resolves to null, or to what is wrong. */
export type HealthChecks = Record<string, () => Promise<HealthFault | null>>

const LIMIT_MS = 3_000

/**
 * `/health/live`: the process answers. `/health/ready`: what it needs answers too, else 503. Still 200
 * when it is only degraded: a restart, or no traffic at all, would mend nothing.
 */
export const healthRoutes: FastifyPluginAsync<{ checks: HealthChecks }> = async (
  server,
  { checks },
) => {
  server.get('/health/live', async () => ({ status: 'ok' }))

  const readAll = shareReading(() =>
    Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await settle(check)] as const),
    ),
  )
  server.get('/health/ready', async (_request, reply) => {
    const results = await readAll()
    const faults = results.flatMap(([, fault]) => (fault === null ? [] : [fault]))
    const ready = !faults.some(fault => typeof fault === 'string')
    const status = faults.length > 0 ? 'degraded' : 'ok'
    return reply.code(ready ? 200 : 503).send({
      status: ready ? status : 'unavailable',
      checks: Object.fromEntries(results.map(([name, fault]) => [name, tell(fault)])),
    })
  })
}

function tell(fault: HealthFault | null): string {
  if (fault === null) return 'ok'
  return typeof fault === 'string' ? fault : fault.degraded
}

async function settle(check: HealthChecks[string]): Promise<HealthFault | null> {
  const late = new Promise<string>(resolve => {
    setTimeout(resolve, LIMIT_MS, `no answer within ${LIMIT_MS / 1000} s`).unref()
  })
  return Promise.race([check().catch(() => 'not reachable'), late])
}

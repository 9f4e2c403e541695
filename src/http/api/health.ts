import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { coalesce } from '../coalesce.ts'

/** What is wrong. `degraded`: only sending is affected. */
export type HealthFault = string | { degraded: string }

/** What this process needs; each check resolves to null or to what is wrong. */
export type HealthChecks = Record<string, () => Promise<HealthFault | null>>

const TIMEOUT_MS = 3_000

const health = z
  .object({
    status: z.enum(['ok', 'degraded', 'unavailable']),
    checks: z.record(z.string(), z.string()).describe('`ok`, or what is wrong'),
  })
  .meta({ id: 'Health' })

/**
 * `/health/live`: the process answers. `/health/ready`: its dependencies answer, too, else 503. A
 * degraded process answers 200, because neither a restart nor the loss of traffic would help.
 */
export const healthRoutes: FastifyPluginAsync<{ checks: HealthChecks }> = async (
  server,
  { checks },
) => {
  const schema = { tags: ['Operation'] }
  server.get(
    '/health/live',
    {
      schema: {
        ...schema,
        operationId: 'isLive',
        summary: 'Whether the process responds',
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' }),
  )

  const readAll = coalesce(() =>
    Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check)] as const),
    ),
  )
  server.get(
    '/health/ready',
    {
      schema: {
        ...schema,
        operationId: 'isReady',
        summary: 'Whether everything that the process needs works',
        response: { 200: health, 503: health },
      },
    },
    async (_request, reply) => {
      const results = await readAll()
      const faults = results.flatMap(([, fault]) => (fault === null ? [] : [fault]))
      const ready = !faults.some(fault => typeof fault === 'string')
      const status = faults.length > 0 ? 'degraded' : 'ok'
      return reply.code(ready ? 200 : 503).send({
        status: ready ? status : 'unavailable',
        checks: Object.fromEntries(results.map(([name, fault]) => [name, describeFault(fault)])),
      })
    },
  )
}

function describeFault(fault: HealthFault | null): string {
  if (fault === null) return 'ok'
  return typeof fault === 'string' ? fault : fault.degraded
}

async function runCheck(check: HealthChecks[string]): Promise<HealthFault | null> {
  const timeout = new Promise<string>(resolve => {
    setTimeout(resolve, TIMEOUT_MS, `no answer within ${TIMEOUT_MS / 1000} s`).unref()
  })
  return Promise.race([check().catch(() => 'not reachable'), timeout])
}

import { fileURLToPath } from 'node:url'
import { startChild } from '../child.ts'
import { closing } from '../closing.ts'
import { withCluster } from '../cluster.ts'
import { type BenchHost, makeDueAgain, makeHost } from '../host.ts'
import { startMailbox, type Traffic } from '../mailbox.ts'
import type { Context, Part, Result } from '../part.ts'
import { startService } from '../service.ts'
import { medianOf } from '../times.ts'

const PER_SECOND = 10
/** Nine in ten of them are due: about 180 requests, so 18 s at the limit. */
const PEOPLE = 20_000
/** The start, with the first batches and starting processes, is not counted as steady. */
const SETTLING_MS = 4_000
const BURNER = fileURLToPath(new URL('../burn-process.ts', import.meta.url))

interface Scenario {
  title: string
  /** `all`: one process does everything. A number: this many workers and one API process. */
  workers: 'all' | number
  /** The provider's latency. */
  latencyMs?: number
}

const scenarios: Scenario[] = [
  { title: 'one process', workers: 'all' },
  { title: 'four workers and one for the API', workers: 4 },
  { title: 'one process, a provider that answers after 1.5 s', workers: 'all', latencyMs: 1_500 },
]

/** The share of the provider's limit that is used, and whether it is ever exceeded. */
export const limit: Part = {
  about: `runs into a mailbox that accepts ${PER_SECOND} requests in any 1,000 ms, with RATE_LIMIT=${PER_SECOND}`,
  run: context =>
    withCluster(cluster =>
      closing(async later => {
        context.say(`  creating ${PEOPLE.toLocaleString('en-GB')} users`)
        const host = await makeHost(cluster, { people: PEOPLE, due: 1_000 })
        later(() => host.drop())
        const results: Result[] = []
        for (const scene of scenarios) results.push(await runScenario(host, scene, context))
        const burner = startChild([BURNER])
        later(() => burner.stop())
        for (const scene of scenarios) {
          const title = `${scene.title}, beside a process that burns a core`
          results.push(await runScenario(host, { ...scene, title }, context))
        }
        return results
      }),
    ),
}

async function runScenario(host: BenchHost, scene: Scenario, context: Context): Promise<Result> {
  await makeDueAgain(host)
  return measureScenario(host, scene, context)
}

function measureScenario(host: BenchHost, scene: Scenario, { say }: Context): Promise<Result> {
  return closing(async later => {
    say(`  ${scene.title}`)
    const mailbox = await startMailbox({ requestsPerSecond: PER_SECOND })
    later(() => mailbox.stop())
    const { latencyMs } = scene
    if (latencyMs) await mailbox.setFault({ kind: 'latency', ms: latencyMs, times: 1_000_000 })
    const start = async (role: string) => {
      const service = await startService({
        databaseUrl: host.serviceUrl,
        baseUrl: mailbox.baseUrl,
        env: { RATE_LIMIT: String(PER_SECOND), ROLE: role },
      })
      later(() => service.stop())
      return service
    }
    const workers = scene.workers === 'all' ? 0 : scene.workers
    const first = await start(workers > 0 ? 'api' : 'all')
    const others = await Promise.all(Array.from({ length: workers }, () => start('worker')))
    const runId = await first.startRun()
    await first.ended(host.sql, runId)
    const claimed = await host.sql<{ id: string; at: number }[]>`
      select id, extract(epoch from frozen_at)::float * 1000 as at
      from tidings.batches where run_id = ${runId} and frozen_at is not null`
    const shares = others.map(other => other.attempts())
    const claimedAt = new Map(claimed.map(({ id, at }) => [id, at]))
    return summarize(scene.title, await mailbox.traffic(), shares, claimedAt)
  })
}

/** @param claimedAt when the rules of each batch were evaluated, by its idempotency key */
function summarize(
  title: string,
  { taken, refused, emails, firstSeen }: Traffic,
  shares: number[],
  claimedAt: Map<string, number>,
): Result {
  const times = taken.toSorted((a, b) => a - b)
  const isSteady = (time: number) => time >= (times[0] ?? 0) + SETTLING_MS
  const steady = times.filter(isSteady)
  const seconds = ((steady.at(-1) ?? 0) - (steady[0] ?? 0)) / 1_000
  const used = (steady.length - 1) / seconds / PER_SECOND
  const gaps = steady.slice(1).map((time, index) => time - (steady[index] ?? time))
  const sent = shares.reduce((sum, share) => sum + share, 0)
  const tenth = times.slice(PER_SECOND).map((time, index) => time - (times[index] ?? time))
  const ages = firstSeen
    .filter(({ at }) => isSteady(at))
    .map(({ key, at }) => at - (claimedAt.get(key) ?? Number.NaN))
  return {
    title,
    unlike: true,
    measures: [
      { what: 'of the budget used', value: used * 100, unit: '%' },
      { what: 'answered 429', value: refused.filter(isSteady).length, unit: 'requests' },
      { what: 'from the rules to the request', unit: 'ms', ...medianOf(ages) },
      ...shares.map((share, index) => ({
        what: `sent by worker ${index + 1}`,
        value: (share / sent) * 100,
        unit: '%',
      })),
    ],
    notes: [
      `${emails} emails in ${times.length} requests; ${steady.length} of them in the ${seconds.toFixed(1)} s after the first ${SETTLING_MS / 1_000} s, in which ${refused.length - refused.filter(isSteady).length} were answered 429`,
      `between two requests: ${Math.round(Math.min(...gaps))} to ${Math.round(Math.max(...gaps))} ms; ` +
        `between one and the tenth after it: ${Math.round(Math.min(...tenth))} ms at least`,
    ],
  }
}

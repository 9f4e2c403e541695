import type { Cluster } from '../../../src/local/postgres/start-cluster.ts'
import { withCluster } from '../cluster.ts'
import { makeHost } from '../host.ts'
import { planByLoop, readUnread, readUnreadUsers } from '../loop.ts'
import type { Context, Part, Result } from '../part.ts'
import { openScanner } from '../scan.ts'
import { measureTimes } from '../times.ts'

/** For more users than this, the loop would run for an hour. */
const LOOP_LIMIT = 10_000

/** A scan, compared with a loop of queries per user and with bare reads of unread rows. */
export const planning: Part = {
  about: 'a whole scan, against a loop over the users and bare reads of the unread rows',
  run: context =>
    withCluster(async cluster => {
      const results: Result[] = []
      for (const people of context.people) results.push(await measure(cluster, people, context))
      return results
    }),
}

async function measure(cluster: Cluster, people: number, { say }: Context): Promise<Result> {
  say(`  creating ${people.toLocaleString('en-GB')} users`)
  const host = await makeHost(cluster, { people })
  const scanner = await openScanner(host.url)
  try {
    const counts = await (await scanner.scan(true)).counts()
    const measures = await measureTimes(
      {
        'Tidings: a dry run': () => scanner.scan(true),
        'the floor: a bare SELECT of the unread rows': () => readUnread(host.sql),
        'the least: a row a user, grouped by the database': () => readUnreadUsers(host.sql),
      },
      roundsFor(people),
    )
    const notes: string[] = []
    if (people <= LOOP_LIMIT) {
      const begin = performance.now()
      const due = await planByLoop(host.sql)
      measures.push({ what: 'a loop over the users', value: performance.now() - begin, unit: 'ms' })
      notes.push(`the loop finds ${due} with something new, the scan ${counts.due} (of both types)`)
    }
    const real = await scanner.scan(false)
    measures.splice(1, 0, { what: 'Tidings: batches and jobs as well', value: real.ms, unit: 'ms' })
    const [jobs] = await host.sql<{ count: number }[]>`
      select count(*)::int from pgboss.job where name = 'deliver'`
    notes.push(`${(await real.counts()).due} due, ${jobs?.count} jobs`)
    return { title: `${people.toLocaleString('en-GB')} users`, measures, notes }
  } finally {
    await scanner.close()
    await host.drop()
  }
}

/** Short measurements need more rounds to stand out from the noise. */
function roundsFor(people: number): number {
  if (people > 500_000) return 3
  return people > 50_000 ? 7 : 25
}

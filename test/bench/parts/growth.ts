import { closing } from '../closing.ts'
import { withCluster } from '../cluster.ts'
import { makeHost } from '../host.ts'
import type { Part } from '../part.ts'
import { openScanner } from '../scan.ts'
import { measureTimes } from '../times.ts'

const people = 20_000
const hosts = {
  'ten notifications each, 1 % due': { people, due: 10 },
  'ten times the read rows': { people, due: 10, read: 80 },
  'ten times the due': { people, due: 100 },
}

/** Shows that the time of a scan depends on unread and due rows, not on all stored rows. */
export const growth: Part = {
  about: `a scan of ${people.toLocaleString('en-GB')} users, with ten times the read rows, and ten times the due users`,
  run: ({ say }) =>
    withCluster(cluster =>
      closing(async later => {
        const jobs: Record<string, () => Promise<unknown>> = {}
        for (const [what, options] of Object.entries(hosts)) {
          say(`  creating a host: ${what}`)
          const host = await makeHost(cluster, options)
          later(() => host.drop())
          const scanner = await openScanner(host.url)
          later(() => scanner.close())
          jobs[what] = () => scanner.scan(true)
        }
        return [{ measures: await measureTimes(jobs, 9) }]
      }),
    ),
}

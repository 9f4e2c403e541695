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

/** What the time of a scan follows: what is unread and due, and not what is stored. */
export const growth: Part = {
  about: `a scan of ${people.toLocaleString('en-GB')} people, with ten times the read rows, and ten times the due`,
  run: ({ say }) =>
    withCluster(async cluster => {
      const closers: (() => Promise<unknown>)[] = []
      const jobs: Record<string, () => Promise<unknown>> = {}
      try {
        for (const [what, options] of Object.entries(hosts)) {
          say(`  making a host: ${what}`)
          const host = await makeHost(cluster, options)
          closers.unshift(() => host.drop())
          const scanner = await openScanner(host.url)
          closers.unshift(() => scanner.close())
          jobs[what] = () => scanner.scan(true)
        }
        return [{ measures: await measureTimes(jobs, 9) }]
      } finally {
        for (const close of closers) await close()
      }
    }),
}

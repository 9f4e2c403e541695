import type { Cluster } from '../../../src/postgres/start-cluster.ts'
import { withCluster } from '../cluster.ts'
import { type HostOptions, makeHost } from '../host.ts'
import type { Measure, Part } from '../part.ts'
import { openScanner } from '../scan.ts'
import { measureTimes } from '../times.ts'

const people = 20_000

/** What the time of a scan follows: what is due, and not what is stored. */
export const growth: Part = {
  about: `a scan of ${people.toLocaleString('en-GB')} people, with ten times the read rows, and ten times the due`,
  run: ({ say }) =>
    withCluster(async cluster => {
      const measures = [
        await timeOf(cluster, 'ten notifications each, 1 % due', { people, due: 10 }, say),
        await timeOf(cluster, 'ten times the read rows', { people, due: 10, read: 80 }, say),
        await timeOf(cluster, 'ten times the due', { people, due: 100 }, say),
      ]
      return [{ measures }]
    }),
}

async function timeOf(
  cluster: Cluster,
  what: string,
  options: HostOptions,
  say: (line: string) => void,
): Promise<Measure> {
  say(`  making a host: ${what}`)
  const host = await makeHost(cluster, options)
  const scanner = await openScanner(host.url)
  try {
    const [measure] = await measureTimes({ [what]: () => scanner.scan(true) }, 9)
    if (!measure) throw new Error('nothing was measured')
    return measure
  } finally {
    await scanner.close()
    await host.drop()
  }
}

import type { Cluster } from '../../../src/local/postgres/start-cluster.ts'
import { closing } from '../closing.ts'
import { withCluster } from '../cluster.ts'
import { makeHost } from '../host.ts'
import { startMailbox } from '../mailbox.ts'
import type { Context, Measure, Part } from '../part.ts'
import { startService } from '../service.ts'

const scenarios = {
  'a dry run': { runs: true, dryRun: true },
  'a whole run, at ten requests a second': { runs: true, dryRun: false },
  'no run': { runs: false, dryRun: true },
}

/** The peak memory of a service for different numbers of users. */
export const memory: Part = {
  about: 'the peak of resident memory, from the start of the process to the end of a run',
  run: context =>
    withCluster(async cluster => {
      const [least, most] = [Math.min(...context.people), Math.max(...context.people)]
      const peaks = new Map<string, Measure[]>(Object.keys(scenarios).map(title => [title, []]))
      for (const people of new Set([least, most])) await measure(cluster, people, context, peaks)
      return [...peaks].map(([title, measures]) => ({ title, measures }))
    }),
}

function measure(
  cluster: Cluster,
  people: number,
  { say }: Context,
  peaks: Map<string, Measure[]>,
): Promise<void> {
  return closing(async later => {
    const many = people.toLocaleString('en-GB')
    say(`  creating ${many} users`)
    const host = await makeHost(cluster, { people })
    later(() => host.drop())
    const mailbox = await startMailbox()
    later(() => mailbox.stop())
    for (const [title, { runs, dryRun }] of Object.entries(scenarios)) {
      say(`  ${title}`)
      await closing(async afterwards => {
        const service = await startService({
          databaseUrl: host.serviceUrl,
          baseUrl: mailbox.baseUrl,
          env: { RATE_LIMIT: '10' },
        })
        afterwards(() => service.stop())
        if (runs) await service.ended(host.sql, await service.startRun({ dryRun }))
        const { emails } = await mailbox.traffic()
        peaks.get(title)?.push({
          what: `${many} users${emails > 0 ? `, ${emails.toLocaleString('en-GB')} emails` : ''}`,
          value: await service.peakMb(),
          unit: 'MB',
        })
      })
    }
  })
}

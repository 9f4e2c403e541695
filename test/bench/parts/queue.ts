import type { Cluster } from '../../../src/local/postgres/start-cluster.ts'
import { closing } from '../closing.ts'
import { withCluster } from '../cluster.ts'
import { makeHost } from '../host.ts'
import { startMailbox } from '../mailbox.ts'
import type { Context, Part, Result } from '../part.ts'
import { startService } from '../service.ts'
import { countStatements, watchStatements } from '../statements.ts'
import { readTables, workOf } from '../tables.ts'

/** The load of a run on the database: jobs, statements, and work for vacuum. */
export const queue: Part = {
  about: 'jobs, statements and dead rows per email, of a run in which all users are due',
  run: context =>
    withCluster(async cluster => {
      const results: Result[] = []
      for (const people of context.people)
        results.push(...(await measure(cluster, people, context)))
      return results
    }),
}

function measure(cluster: Cluster, people: number, { say }: Context): Promise<Result[]> {
  return closing(async later => {
    say(`  creating ${people.toLocaleString('en-GB')} users`)
    const host = await makeHost(cluster, { people, due: 1_000 })
    later(() => host.drop())
    const mailbox = await startMailbox()
    later(() => mailbox.stop())
    const service = await startService({
      databaseUrl: host.serviceUrl,
      baseUrl: mailbox.baseUrl,
      env: { RATE_LIMIT: '1000' },
    })
    later(() => service.stop())

    const before = await readTables(host.sql)
    await watchStatements(host.sql)
    say('  a run')
    const begin = performance.now()
    await service.ended(host.sql, await service.startRun())
    const seconds = (performance.now() - begin) / 1_000
    const { emails } = await mailbox.traffic()
    const statements = await countStatements(host.sql)
    // A connection reports its statistics when it closes, at the latest.
    await service.stop()
    const after = await readTables(host.sql)

    const [jobs] = await host.sql<{ count: number }[]>`
      select count(*)::int from pgboss.job where name = 'deliver'`
    const all = statements.reduce((sum, { calls }) => sum + calls, 0)
    const title = `${emails.toLocaleString('en-GB')} emails to ${people.toLocaleString('en-GB')} users`
    const { tables, wal, disk } = workOf(before, after)
    return [
      {
        title: `${title}: jobs and statements`,
        unlike: true,
        measures: [
          { what: 'jobs', value: jobs?.count ?? 0, unit: 'jobs' },
          { what: 'emails a job', value: emails / (jobs?.count ?? 0), unit: 'emails' },
          { what: 'statements', value: all / emails, unit: 'per email' },
        ],
        notes: [
          `all statements of the service, pg-boss's polling included, over ${seconds.toFixed(0)} s; the most frequent:`,
          '     each   µs each  statement',
          ...statements
            .slice(0, 20)
            .map(
              ({ calls, ms, query }) =>
                `${(calls / emails).toFixed(4).padStart(9)} ${((1_000 * ms) / emails).toFixed(1).padStart(9)}  ${query}`,
            ),
        ],
      },
      {
        title: `${title}: work for vacuum`,
        unlike: true,
        measures: [
          ...tables.map(({ name, dead }) => ({
            what: name,
            value: dead / emails,
            unit: 'dead rows per email',
          })),
          { what: 'WAL', value: wal / emails / 1_000, unit: 'KB per email' },
          { what: 'disk', value: disk / emails / 1_000, unit: 'KB per email' },
        ],
        notes: [
          'dead: updated without HOT, or deleted; what HOT has updated is pruned without a vacuum. In detail, per email:',
          ...tables.map(
            ({ name, inserted, updated, hot, deleted, vacuums }) =>
              `  ${name}: ${rows(inserted, emails)} inserted, ${rows(updated, emails)} updated ` +
              `(${updated > 0 ? Math.round((hot / updated) * 100) : 0} % HOT), ` +
              `${rows(deleted, emails)} deleted, ${vacuums} vacuums`,
          ),
        ],
      },
    ]
  })
}

function rows(count: number, emails: number): string {
  return (count / emails).toFixed(3)
}

import { mkdir, writeFile } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BareWork } from '../bare-process.ts'
import { startChild } from '../child.ts'
import { closing } from '../closing.ts'
import { withCluster } from '../cluster.ts'
import { compiled } from '../compiled.ts'
import { type BenchHost, makeDueAgain, makeHost } from '../host.ts'
import { startMailbox } from '../mailbox.ts'
import type { Measure, Part } from '../part.ts'
import { postgresCpuMs } from '../postgres-cpu.ts'
import { sharesOf } from '../profile.ts'
import { startService } from '../service.ts'
import { medianOf } from '../times.ts'

const PEOPLE = 20_000
const ROUNDS = 3
const BARE = fileURLToPath(new URL('../bare-process.ts', import.meta.url))
/** The profile, for further analysis. */
const PROFILE = fileURLToPath(new URL('../../../artifacts/delivery.cpuprofile', import.meta.url))
/** The concurrent requests of the bare sender. */
const IN_FLIGHT = 8

/** Emails a second of a whole run, compared with a process that only sends. */
export const delivery: Part = {
  about:
    'whole runs, scan included, into a mailbox without limits, against a bare loop of resend.batch.send',
  run: ({ say }) =>
    withCluster(cluster =>
      closing(async later => {
        say(`  creating ${PEOPLE.toLocaleString('en-GB')} users`)
        const host = await makeHost(cluster, { people: PEOPLE, due: 1_000 })
        later(() => host.drop())
        const mailbox = await startMailbox()
        later(() => mailbox.stop())
        const service = await startService({
          databaseUrl: host.serviceUrl,
          baseUrl: mailbox.baseUrl,
          // High enough not to limit the measured speed.
          env: { RATE_LIMIT: '1000' },
        })
        later(() => service.stop())
        const bare = startChild([BARE])
        bare.process.stderr?.pipe(process.stderr)
        later(() => bare.stop())

        /** Runs once. Resolves to the number of emails and the milliseconds. */
        const deliver = async () => {
          const begin = performance.now()
          await service.ended(host.sql, await service.startRun())
          const ms = performance.now() - begin
          return { ms, emails: (await mailbox.traffic()).emails }
        }
        const sendBare = async (work: Omit<BareWork, 'baseUrl'>) => {
          const begin = performance.now()
          await bare.ask('send', { ...work, baseUrl: mailbox.baseUrl })
          const ms = performance.now() - begin
          return ((await mailbox.traffic()).emails / ms) * 1_000
        }

        say('  warming up')
        const first = await deliver()
        const bodies = await readBodies(host)
        await bare.ask('bodies', bodies)
        const requests = Math.ceil(first.emails / 100)
        await sendBare({ requests, inFlight: IN_FLIGHT })

        const rates: Record<string, number[]> = { ours: [], loop: [], many: [] }
        const cpu: Record<string, number[]> = { service: [], postgres: [], mailbox: [], bare: [] }
        for (let round = 1; round <= ROUNDS; round += 1) {
          say(`  round ${round} of ${ROUNDS}`)
          await makeDueAgain(host)
          const read = async () => ({
            service: await service.cpuMs(),
            mailbox: await mailbox.cpuMs(),
            postgres: (await postgresCpuMs(host.sql)) ?? Number.NaN,
          })
          const before = await read()
          const { ms, emails } = await deliver()
          const after = await read()
          rates.ours?.push((emails / ms) * 1_000)
          for (const name of ['service', 'mailbox', 'postgres'] as const) {
            cpu[name]?.push((after[name] - before[name]) / emails)
          }
          rates.loop?.push(await sendBare({ requests, inFlight: 1 }))
          const bareBefore = await bare.cpuMs()
          rates.many?.push(await sendBare({ requests, inFlight: IN_FLIGHT }))
          cpu.bare?.push(((await bare.cpuMs()) - bareBefore) / (requests * 100))
        }

        say('  a run with the profiler on')
        await makeDueAgain(host)
        await service.ask('startProfile')
        await deliver()
        const profile = await service.ask<Profiler.Profile>('endProfile')
        await mkdir(dirname(PROFILE), { recursive: true })
        await writeFile(PROFILE, JSON.stringify(profile))

        const measure = (what: string, unit: string, of: number[] = []): Measure => ({
          what,
          unit,
          ...medianOf(of),
        })
        const [ours, loop, many] = [
          measure('Tidings: a whole run', 'emails/s', rates.ours),
          measure('bare: a loop, one request after the other', 'emails/s', rates.loop),
          measure(`bare: ${IN_FLIGHT} requests at once`, 'emails/s', rates.many),
        ]
        const size = Buffer.byteLength(JSON.stringify(bodies[0])) / 1_000
        return [
          {
            title: `${first.emails.toLocaleString('en-GB')} emails`,
            measures: [ours, loop, many],
            notes: [
              `Tidings is ${(ours.value / loop.value).toFixed(2)} of the loop, ${(ours.value / many.value).toFixed(2)} of ${IN_FLIGHT} at once`,
              `a request holds 100 emails and ${size.toFixed(0)} KB; from the trigger to the end of the run, the scan included`,
              'the service, PostgreSQL and the mailbox share the cores',
            ],
          },
          {
            title: 'processor time per email, the same runs',
            measures: [
              measure('the service, all threads', 'ms', cpu.service),
              measure('PostgreSQL, all processes', 'ms', cpu.postgres),
              measure('the mailbox', 'ms', cpu.mailbox),
              measure('the bare sender', 'ms', cpu.bare),
            ].filter(({ value }) => !Number.isNaN(value)),
          },
          {
            title: 'where the main thread of the service spends its time',
            unlike: true,
            measures: sharesOf(profile),
            notes: [
              'self time by a sampling profiler, of a further run',
              `the profile: ${relative(process.cwd(), PROFILE)}`,
            ],
          },
        ]
      }),
    ),
}

/** Reads stored requests of the service, for the bare sender. */
async function readBodies({ sql }: BenchHost): Promise<unknown[]> {
  const { emailsOf } =
    await compiled<typeof import('../../../src/core/claim/body.ts')>('core/claim/body.js')
  const rows = await sql<{ body: Uint8Array }[]>`
    select body from tidings.batches
    where body is not null and cardinality(user_ids) = 100 limit 5`
  return rows.map(({ body }) => emailsOf(body))
}

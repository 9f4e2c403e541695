import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import Fastify from 'fastify'
import { connect } from '../../src/db/client/connect.ts'
import type { Fault } from '../../src/local/mailbox/faults.ts'
import { createMailbox } from '../../src/local/mailbox/mailbox.ts'
import { mailboxRoutes } from '../../src/local/mailbox/routes.ts'
import { noResponseFaults } from '../support/faults.ts'
import { seeded } from '../support/random.ts'
import { createHost } from './host-simulator.ts'
import { superviseNodes } from './nodes.ts'
import { checkGuarantees, type Verdict } from './verdict.ts'

export interface ChaosOptions {
  seed: number
  seconds: number
  /** The URL of a migrated database for the service. */
  databaseUrl: string
  /** The owner's URL, for the host simulator and the checks, if the service has fewer rights. */
  ownerUrl?: string
  /** Called with each line of progress. */
  say: (line: string) => void
}

export interface ChaosResult extends Verdict {
  kills: number
  /** Processes that exited by themselves. */
  deaths: number
  faults: number
  /** How often all connections of the service were terminated. */
  cuts: number
  runs: number
  notifications: number
}

const FAULTS: readonly Fault[] = [
  ...noResponseFaults,
  { kind: '429', retryAfter: 1 },
  { kind: 'status', status: 409, name: 'concurrent_idempotent_requests' },
  { kind: 'status', status: 422, name: 'validation_error' },
  { kind: 'latency', ms: 400 },
]
const RUN_TYPES = ['all', 'all', 'new_notifications', 'outstanding_reminder']
const SETTLE_MS = 120_000

/** Runs the service under random faults, waits until all work is done, and checks the guarantees. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, seconds, databaseUrl, say } = options
  const random = seeded(seed)
  const { db, close } = connect(options.ownerUrl ?? databaseUrl, { max: 3, ownSettings: true })
  const mailbox = createMailbox({
    rateLimit: Number.POSITIVE_INFINITY,
    keep: Number.POSITIVE_INFINITY,
  })
  const provider = Fastify({ forceCloseConnections: true })
  await provider.register(mailboxRoutes(mailbox, { faults: {} }), { prefix: '/mailbox' })
  const origin = await provider.listen({ host: '127.0.0.1', port: 0 })
  const nodes = superviseNodes(2, databaseUrl, `${origin}/mailbox/api`, random)
  const counted = { faults: 0, cuts: 0, runs: 0 }

  const open = async () => {
    const [row] = await db.execute<{ open: number }>(sql`select (
      (select count(*) from tidings.batches where state <> 'resolved')
      + (select count(*) from tidings.deliveries where closed_at is null)
      + (select count(*) from tidings.runs where status in ('queued', 'running')))::int as open`)
    return row?.open ?? 0
  }
  const settle = async () => {
    const deadline = Date.now() + SETTLE_MS
    while ((await open()) > 0 && Date.now() < deadline) await delay(200)
  }

  try {
    const host = await createHost(db, random, 150)
    const end = Date.now() + seconds * 1000
    let nextLine = Date.now() + 5_000
    for (let step = 1; Date.now() < end; step++) {
      await host.act()
      if (step % 25 === 0) {
        nodes.startRun(random.pick(RUN_TYPES)).then(started => {
          if (started) counted.runs += 1
        })
      }
      if (random.chance(1 / 40)) {
        const fault = { ...random.pick(FAULTS), times: 1 + random.below(3) }
        counted.faults += 1
        mailbox.setFault(fault)
      } else if (random.chance(1 / 25)) {
        // Otherwise an unanswered request would back off until nothing is sent any more.
        mailbox.setFault(null)
      }
      if (random.chance(1 / 70)) await nodes.kill()
      if (random.chance(1 / 90)) {
        counted.cuts += 1
        await db.execute(sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'service'`)
      }
      if (Date.now() > nextLine) {
        nextLine += 5_000
        const left = Math.max(0, Math.round((end - Date.now()) / 1000))
        const { kills } = nodes
        say(
          `${left} s left: ${host.added} notifications, ${mailbox.count} accepted, ${kills} kills`,
        )
      }
      await delay(20 + random.below(40))
    }
    say('waiting until all work is done')
    mailbox.setFault(null)
    await settle()
    // Two more runs: the first sends the rest, the second finds nothing due.
    for (let run = 0; run < 2; ) {
      if (await nodes.startRun('all')) run += 1
      await settle()
    }
    const verdict = await checkGuarantees(db, mailbox.emails())
    const { kills, deaths } = nodes
    return { ...verdict, ...counted, kills, deaths, notifications: host.added }
  } finally {
    await nodes.stop()
    await provider.close()
    await close()
  }
}

/** Whether a guarantee was broken. */
export function isBroken({ lost, duplicated, unknown, deaths }: ChaosResult): boolean {
  return lost + duplicated + unknown + deaths > 0
}

import { vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { type Blocker, blockedBackends } from '../support/blocked.ts'
import { openForwardingServer, openUnresponsiveServer } from '../support/faulty-servers.ts'
import type { Provider } from '../support/service.ts'

interface CrashContext {
  db: Database
  holder: Blocker
  provider: Provider
}

/** How to detect that the service has reached the crash point. */
interface CrashSetup {
  /** The provider's URL, if it is not the mailbox. */
  baseUrl?: string
  /** Resolves to the waiting backends when the service is at the point. */
  reached: () => Promise<number[]>
}

export interface CrashPoint {
  at: string
  /** Whether a commit in progress is lost; otherwise it succeeds despite the crash. */
  commit?: 'lost' | 'kept'
  /** Whether the provider has accepted emails by then. */
  accepted?: boolean | 'perhaps'
  prepareCrash: (context: CrashContext) => Promise<CrashSetup>
}

/** Blocks a matching statement with a trigger. */
const trigger =
  (text: string, statement: string): CrashPoint['prepareCrash'] =>
  async ({ db, holder }) => {
    await holder.blockAt(text)
    return { reached: () => blockedBackends(db, statement) }
  }

const atCommit = (condition: string) =>
  trigger(
    `constraint after update on tidings.batches deferrable initially deferred for each row
     when (${condition})`,
    '^commit',
  )

const unresponsive =
  (reads: boolean): CrashPoint['prepareCrash'] =>
  async () => {
    const { baseUrl, reached } = await openUnresponsiveServer({ reads })
    return { baseUrl, reached: () => reached.then(() => []) }
  }

const fault =
  (kind: 'hang' | 'hang-after'): CrashPoint['prepareCrash'] =>
  async ({ provider: { mailbox } }) => {
    mailbox.setFault({ kind, times: Number.POSITIVE_INFINITY })
    return {
      reached: () =>
        vi.waitFor(
          () => {
            if (mailbox.stats().held === 0) throw new Error('no request is being held')
            return []
          },
          { timeout: 25_000, interval: 20 },
        ),
    }
  }

/** The crash points, in the order of the pipeline. */
export const crashPoints: CrashPoint[] = [
  {
    at: 'while the scan plans its batches',
    prepareCrash: trigger('before insert on tidings.batches for each row', 'insert into .*batches'),
  },
  {
    at: 'in the commit of the scan, after enqueuing',
    commit: 'kept',
    prepareCrash: trigger(
      'constraint after insert on tidings.batches deferrable initially deferred for each row',
      '^commit',
    ),
  },
  {
    at: 'in the claim, before users are locked',
    prepareCrash: trigger('before insert on tidings.recipients for each row', 'recipients'),
  },
  {
    at: 'in the claim, while the attempts are written',
    prepareCrash: trigger('before insert on notification_emails_sent for each row', 'emails_sent'),
  },
  {
    at: 'in the claim, while notifications are claimed',
    prepareCrash: trigger('before insert on tidings.claims for each row', 'jsonb_to_recordset'),
  },
  {
    at: 'in the claim, while the request is stored',
    prepareCrash: trigger(
      `before update on tidings.batches for each row when (new.state = 'frozen')`,
      'jsonb_to_recordset',
    ),
  },
  {
    at: 'in the commit of the claim, which is lost',
    commit: 'lost',
    prepareCrash: atCommit(`new.state = 'frozen'`),
  },
  {
    at: 'in the commit of the claim, which is kept',
    commit: 'kept',
    prepareCrash: atCommit(`new.state = 'frozen'`),
  },
  {
    at: 'after the claim, while a slot is reserved',
    async prepareCrash({ db, holder }) {
      await db.execute(`insert into tidings.lanes (name) values ('resend') on conflict do nothing`)
      await holder.sql.unsafe('begin; select from tidings.lanes for update')
      return { reached: () => blockedBackends(db, 'update .*lanes') }
    },
  },
  { at: 'after the claim, before the request is read', prepareCrash: unresponsive(false) },
  { at: 'in the middle of the request', prepareCrash: unresponsive(true) },
  { at: 'after the request, before the provider accepts', prepareCrash: fault('hang') },
  { at: 'after the provider has accepted', accepted: true, prepareCrash: fault('hang-after') },
  {
    at: 'after the answer, before the record',
    accepted: true,
    async prepareCrash({ db, holder, provider }) {
      // Only once: an answer after the release must not lock the batches again.
      let locked: Promise<unknown> | undefined
      const lock = () => {
        locked ??= Promise.resolve(
          holder.sql.unsafe('begin; select from tidings.batches for update'),
        )
        return locked
      }
      const { baseUrl } = await openForwardingServer(provider.baseUrl, lock)
      return {
        baseUrl,
        reached: () => blockedBackends(db, 'select attempts from .*batches.* for update'),
      }
    },
  },
  {
    at: 'in the record, while the deliveries are closed',
    accepted: true,
    prepareCrash: trigger(
      `before update on tidings.deliveries for each row when (new.state = 'accepted')`,
      'update .*deliveries',
    ),
  },
  {
    at: 'in the record, while the attempts get their outcome',
    accepted: true,
    prepareCrash: trigger(
      'before update on notification_emails_sent for each row when (new.success)',
      'emails_sent',
    ),
  },
  {
    at: 'in the commit of the record, which is lost',
    commit: 'lost',
    accepted: true,
    prepareCrash: atCommit(`new.state = 'resolved'`),
  },
  {
    at: 'in the commit of the record, which is kept',
    commit: 'kept',
    accepted: true,
    prepareCrash: atCommit(`new.state = 'resolved'`),
  },
  {
    at: 'after the record, before the run is completed',
    accepted: true,
    prepareCrash: trigger(
      `before update on tidings.runs for each row when (new.status = 'completed')`,
      'update .*runs',
    ),
  },
  {
    // The first batch may have been accepted meanwhile, or not.
    at: 'while another job is fetched from the queue',
    accepted: 'perhaps',
    prepareCrash: trigger(
      `before update on pgboss.job for each row when (new.name = 'deliver' and new.state = 'completed')`,
      'pgboss',
    ),
  },
]

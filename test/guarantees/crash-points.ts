import { vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { blockedBackends, type Holder } from '../support/blocked.ts'
import { openDeafServer, openMiddleman } from '../support/faulty-servers.ts'
import type { Provider } from '../support/service.ts'

interface Scene {
  db: Database
  holder: Holder
  provider: Provider
}

/** How to bring the service to a point, and how to know that it is there. */
interface CrashSetup {
  /** The provider it is to talk to, where it is not the mailbox. */
  baseUrl?: string
  /** Resolves, when it is there, to its backends that wait. */
  reached: () => Promise<number[]>
}

export interface CrashPoint {
  at: string
  /** What becomes of a commit that was under way: by itself it ends well, in spite of the crash. */
  commit?: 'lost' | 'kept'
  /** Whether the provider has accepted something by then. */
  accepted?: boolean | 'perhaps'
  prepareCrash: (scene: Scene) => Promise<CrashSetup>
}

/** Waits in a statement like this because of a trigger. */
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

const deaf =
  (reads: boolean): CrashPoint['prepareCrash'] =>
  async () => {
    const { baseUrl, reached } = await openDeafServer({ reads })
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

/** The way of an email, step by step. */
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
    at: 'in the claim, before anybody is locked',
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
    at: 'in the claim, while the request is frozen',
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
  { at: 'after the claim, before the request is read', prepareCrash: deaf(false) },
  { at: 'in the middle of the request', prepareCrash: deaf(true) },
  { at: 'after the request, before the provider accepts', prepareCrash: fault('hang') },
  { at: 'after the provider has accepted', accepted: true, prepareCrash: fault('hang-after') },
  {
    at: 'after the answer, before the record',
    accepted: true,
    async prepareCrash({ db, holder, provider }) {
      // Once: an answer that comes after the release must not lock them again.
      let locked: Promise<unknown> | undefined
      const lock = () => {
        locked ??= Promise.resolve(
          holder.sql.unsafe('begin; select from tidings.batches for update'),
        )
        return locked
      }
      const { baseUrl } = await openMiddleman(provider.baseUrl, lock)
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
    at: 'while a further job is taken from the queue',
    accepted: 'perhaps',
    prepareCrash: trigger(
      `before update on pgboss.job for each row when (new.name = 'deliver' and new.state = 'completed')`,
      'pgboss',
    ),
  },
]

import { setTimeout as delay } from 'node:timers/promises'
import type { SendingPause } from '../../core/provider-account.ts'
import { findWorkFaults, type WorkFault } from '../../core/work-health.ts'
import { coalesce } from '../coalesce.ts'
import type { DashboardOptions } from './options.ts'

/** Whether emails go out, and if not, why. */
export interface SendingState {
  /** `SHADOW=true`: runs are planned and nothing is sent. */
  shadow: boolean
  pause: SendingPause | null
  stoppedAt: Date | null
  /** Why no emails go out although sending is open; the worst comes first. */
  faults: WorkFault[]
}

/** Keeps the state that every page shows. */
export interface SendingStateReader {
  /** Reads the state, at most once a second. Never fails, and takes half a second at most. */
  refresh(): Promise<void>
  /** As last read; null if that failed. */
  latest(): SendingState | null
}

/** A page must not wait longer for its banner. */
const LONGEST_WAIT_MS = 500

type Options = Pick<DashboardOptions, 'shadow' | 'account' | 'readWorkHealth'>

export function createSendingStateReader(options: Options): SendingStateReader {
  let latest: SendingState | null = null
  const read = coalesce(async () => {
    latest = await readSendingState(options).catch(() => null)
  })
  return {
    refresh: () => Promise.race([read(), delay(LONGEST_WAIT_MS, undefined, { ref: false })]),
    latest: () => latest,
  }
}

async function readSendingState({ shadow, account, readWorkHealth }: Options) {
  const [{ pause, stoppedAt }, health] = await Promise.all([account.read(), readWorkHealth()])
  return { shadow, pause, stoppedAt, faults: findWorkFaults(health, Date.now()) }
}

import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { guardNames } from '../config/delivery-guards.ts'
import { hintFor } from '../core/provider-account.ts'
import type { CircuitLog } from '../core/send/circuit-breaker.ts'
import { type Deployment, isMove } from '../core/send/deployment.ts'
import type { Database } from '../db/client/connect.ts'
import { readSendingPause } from '../db/send/read-provider-account.ts'
import { rememberDeployment } from '../db/send/remember-deployment.ts'
import { ACCOUNT } from './circuit-log.ts'

/** The deployment that a configuration describes. */
export function readDeployment({ publicUrl, resend }: Pick<Config, 'publicUrl' | 'resend'>) {
  const { origin, pathname } = new URL(publicUrl)
  return {
    publicUrl: `${origin}${pathname}`.replace(/\/+$/, ''),
    keyFingerprint: resend ? fingerprint(resend.apiKey) : null,
  } satisfies Deployment
}

/**
 * The deployment that the database has to know before emails leave. Undefined where no email can
 * reach a user by accident: in shadow, with the local mailbox, or behind a delivery guard.
 */
export function guardedDeployment(config: Config): Deployment | undefined {
  const isHarmless = config.shadow || config.localMailbox || guardNames(config).length > 0
  return isHarmless ? undefined : readDeployment(config)
}

/**
 * At the start of a process that sends: the database remembers the first deployment with a provider
 * key. Says so in the log when the key is another one, or when the database sends for another deployment.
 */
export async function enterDeployment(
  { config, db, logger }: { config: Config; db: Database; logger: Logger },
  log: Pick<CircuitLog, 'stopped'>,
): Promise<void> {
  if (!config.resend || config.shadow) return
  const deployment = readDeployment(config)
  const replaced = await rememberDeployment(db, ACCOUNT, deployment)
  if (replaced) logger.info('the provider key is another one than at the last start')
  const pause = await readSendingPause(db, guardedDeployment(config))
  if (pause && isMove(pause.reason)) log.stopped({ reason: pause.reason, advice: hintFor(pause) })
}

/** Enough to see that two keys differ; a key has too many bits to be guessed from it. */
function fingerprint(key: string): string {
  return createHash('sha256').update(`tidings provider key ${key}`).digest('hex').slice(0, 16)
}

import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { detectPooling } from '../db/client/detect-pooling.ts'
import { type ResolvedConnection, withoutLimits } from '../db/client/resolve-connection.ts'

/**
 * The URL that workers may LISTEN on: one where a connection keeps its session. Undefined where there
 * is none, which costs a job half a second (docs/decisions/poolers.md). Says in the log what it found.
 */
export async function resolveListenUrl(
  { url, isDirect, directUrl, pooler }: Pick<Config, 'directUrl' | 'pooler'> & ResolvedConnection,
  logger: Logger,
): Promise<string | undefined> {
  const detect = () => (isDirect ? 'session' : detectPooling(url))
  const pooling = pooler === 'auto' ? await detect() : pooler
  const listenUrl = pooling === 'session' ? url : await sessionOf(directUrl, logger)
  const source = listenUrl === url ? 'DATABASE_URL' : 'DIRECT_URL'
  logger.info(
    {
      pooling,
      ...(pooler === 'auto' && { detected: true }),
      listen: listenUrl ? source : 'polling',
    },
    'connected to the database',
  )
  return listenUrl
}

/** It only makes jobs come sooner, so that it cannot be reached must stop nobody. */
async function sessionOf(
  directUrl: string | undefined,
  logger: Logger,
): Promise<string | undefined> {
  if (!directUrl) return undefined
  try {
    if ((await detectPooling(directUrl)) === 'session') return withoutLimits(directUrl)
    logger.warn('DIRECT_URL leads through a pooler in transaction mode as well: jobs are polled')
  } catch (err) {
    logger.warn({ err }, 'the database is not to be reached by DIRECT_URL: jobs are polled')
  }
  return undefined
}

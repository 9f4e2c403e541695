import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { detectPooling } from '../db/client/detect-pooling.ts'
import { type ResolvedConnection, withoutLimits } from '../db/client/resolve-connection.ts'

/**
 * Returns the URL on which workers can LISTEN because connections keep their session, and logs it. Undefined
 * if there is none; then polling delays a job by up to half a second (docs/decisions/poolers.md).
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

/** LISTEN only makes jobs start sooner, so an unreachable DIRECT_URL must not prevent the start. */
async function sessionOf(
  directUrl: string | undefined,
  logger: Logger,
): Promise<string | undefined> {
  if (!directUrl) return undefined
  try {
    if ((await detectPooling(directUrl)) === 'session') return withoutLimits(directUrl)
    logger.warn('DIRECT_URL also goes through a pooler in transaction mode: workers poll for jobs')
  } catch (err) {
    logger.warn({ err }, 'the database is unreachable at DIRECT_URL: workers poll for jobs')
  }
  return undefined
}

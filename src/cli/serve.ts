import { startApp } from '../app/start-app.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { summarize } from '../config/summary.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'
import { createLogger } from './logger.ts'
import { untilSignal } from './until-signal.ts'

/** `serve`: runs the service until SIGINT or SIGTERM. */
export async function serve(): Promise<number> {
  const config = await loadConfig()
  const logger = createLogger(config.logLevel, secretsOf(config))
  logger.info(summarize(config), 'starting')
  const app = await startApp(config, {
    directory: LOCAL_DIRECTORY,
    logger,
    onProgress: line => logger.info(line),
  })
  // Listen for signals first: a supervisor may stop the process as soon as it reads the line.
  const stopped = untilSignal()
  logger.info({ url: app.url, ...(app.mailbox && { mailbox: app.mailbox.url }) }, 'listening')
  if (app.mailbox && config.production) {
    logger.warn('LOCAL_MAILBOX=true: no email leaves this machine; the mailbox asks for API_TOKEN')
  }
  const signal = await stopped
  logger.info({ signal }, 'stopping: finishing the work in flight')
  await app.stop()
  logger.info('stopped')
  // Anything that is still open, such as a hanging connection, must not keep the process alive.
  setTimeout(() => process.exit(), 1_000).unref()
  return 0
}

// Runs the compiled service with short timeouts: `node test/support/node-process.ts`.
import { pino } from 'pino'

const compiled = (file: string) => import(new URL(`../../dist/${file}`, import.meta.url).href)
const { startApp } = (await compiled(
  'app/start-app.js',
)) as typeof import('../../src/app/start-app.ts')
const { readConfig } = (await compiled(
  'config/config.js',
)) as typeof import('../../src/config/config.ts')
const { surviveLostConnections } = (await compiled(
  'db/client/survive-lost-connections.js',
)) as typeof import('../../src/db/client/survive-lost-connections.ts')

surviveLostConnections()
const config = readConfig(process.env)
const logger = pino({ level: config.logLevel })
const app = await startApp(config, {
  directory: '/nonexistent',
  logger,
  timing: {
    request: 1_500,
    lease: 2_500,
    firstBackoff: 150,
    rescueEvery: 250,
    stalledAfter: 750,
    pageSize: 60,
    concurrency: 4,
    ...JSON.parse(process.env.TIMING ?? '{}'),
  },
})
logger.info({ url: app.url }, 'listening')
process.once('SIGTERM', () => {
  logger.info('stopping')
  return app.stop()
})

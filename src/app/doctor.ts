import type { Config } from '../config/config.ts'
import { rootMessage } from '../core/errors/root-message.ts'
import { checkConfiguration } from '../doctor/configuration.ts'
import type { Finding } from '../doctor/finding.ts'
import type { RunChecksOptions } from '../doctor/run-checks.ts'
import { runDatabaseChecks } from './check-database.ts'
import { runSurroundingsChecks } from './check-surroundings.ts'

const CHECK_MS = 5_000

/** Runs the checks of `doctor` from within the service, whose configuration is valid. */
export async function runDoctor(
  config: Config,
  databaseUrl: string,
  onProgress: (done: number, total: number) => void,
): Promise<Finding[]> {
  const counted = { done: 0, total: 0 }
  const report = () => onProgress(counted.done, counted.total)
  const options: RunChecksOptions = {
    limitMs: CHECK_MS,
    describeError: error => ({
      found: rootMessage(error),
      fix: 'run: npm run tidings -- doctor',
    }),
    onBegin: count => {
      counted.total += count
      report()
    },
    onDone: () => {
      counted.done += 1
      report()
    },
  }
  const isEmbedded = config.databaseUrl === undefined
  const [database, surroundings] = await Promise.all([
    runDatabaseChecks({ url: databaseUrl, config, isEmbedded }, options),
    runSurroundingsChecks({ config, wrong: new Set() }, options),
  ])
  return [...checkConfiguration([], config.production), ...database, ...surroundings]
}

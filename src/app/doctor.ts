import type { Config } from '../config/config.ts'
import { rootMessage } from '../core/errors/root-message.ts'
import { checkConfiguration } from '../doctor/configuration.ts'
import type { Finding } from '../doctor/finding.ts'
import { CHECK_MS, countChecks, type RunChecksOptions } from '../doctor/run-checks.ts'
import { runDatabaseChecks } from './check-database.ts'
import { runSurroundingsChecks } from './check-surroundings.ts'

/** Runs the checks of `doctor` from within the service, whose configuration is valid. */
export async function runDoctor(
  config: Config,
  databaseUrl: string,
  onProgress: (done: number, total: number) => void,
): Promise<Finding[]> {
  const options: RunChecksOptions = {
    limitMs: CHECK_MS,
    describeError: error => ({
      found: rootMessage(error),
      fix: 'run: npm run tidings -- doctor',
    }),
    ...countChecks(onProgress),
  }
  const isEmbedded = config.databaseUrl === undefined
  const [database, surroundings] = await Promise.all([
    runDatabaseChecks({ url: databaseUrl, config, isEmbedded }, options),
    runSurroundingsChecks({ config, wrong: new Set() }, options),
  ])
  return [...checkConfiguration([], config.production), ...database, ...surroundings]
}

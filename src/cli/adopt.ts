import type { Config } from '../config/config.ts'
import { adoptDatabaseTables } from '../db/adopt/adopt.ts'
import { inspectHost } from '../db/adopt/inspect-host.ts'
import { connect } from '../db/client/connect.ts'
import { withoutLimits } from '../db/client/resolve-connection.ts'
import { installQueue, wantedQueueVersion } from '../queue/install-queue.ts'
import { formatAdoption, formatHost } from './adopt-report.ts'
import { EXIT } from './exit.ts'
import { createOutput, say } from './output.ts'
import { createStepProgress } from './step-progress.ts'
import { withPostgres } from './with-postgres.ts'

export interface AdoptCommand {
  dryRun?: boolean
  json?: boolean
}

/** `adopt`: adopts a database that has the host's tables; with `--dry-run` it only reports. */
export function adopt(options: AdoptCommand): Promise<number> {
  return withPostgres(async (config, databaseUrl) => {
    const url = config.directUrl ?? databaseUrl
    return options.dryRun ? inspect(url, config, options) : adoptDatabase(url, config, options)
  })
}

type Schemas = Pick<Config, 'hostSchema' | 'queueSchema'>

async function inspect(
  url: string,
  { hostSchema, queueSchema }: Schemas,
  { json }: AdoptCommand,
): Promise<number> {
  const { db, close } = connect(url, { max: 1, hostSchema })
  const report = await inspectHost(db, hostSchema, tablesOf(queueSchema)).finally(close)
  const output = createOutput()
  if (json) await output.printJson(report)
  else await output.print(...formatHost(report, output))
  if (report.foreignQueue) return EXIT.misconfigured
  const isImpossible = report.state === 'empty' || report.state === 'impossible'
  return isImpossible || report.lacksRights.length > 0 ? EXIT.failed : EXIT.ok
}

const tablesOf = (queueSchema: string) => ({ name: queueSchema, version: wantedQueueVersion() })

async function adoptDatabase(
  url: string,
  { hostSchema, queueSchema }: Schemas,
  { json }: AdoptCommand,
): Promise<number> {
  const progress = createStepProgress(process.stderr)
  const adoption = await adoptDatabaseTables(url, {
    hostSchema,
    queue: tablesOf(queueSchema),
    onWait: progress.waits,
    onStep: progress.show,
  }).finally(progress.end)
  if (adoption.adopted) {
    await installQueue(await withoutLimits(url), queueSchema, error => say(error.message))
  }
  const output = createOutput()
  if (json) await output.printJson(adoption)
  else await output.print(...formatAdoption(adoption, output))
  if (adoption.report.foreignQueue) return EXIT.misconfigured
  return adoption.adopted ? EXIT.ok : EXIT.failed
}

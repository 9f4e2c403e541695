import { adoptDatabaseTables } from '../db/adopt/adopt.ts'
import { inspectHost } from '../db/adopt/inspect-host.ts'
import { connect } from '../db/client/connect.ts'
import { withoutLimits } from '../db/client/resolve-connection.ts'
import { installQueue } from '../queue/install-queue.ts'
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
  return withPostgres(async ({ directUrl, hostSchema }, databaseUrl) => {
    const url = directUrl ?? databaseUrl
    return options.dryRun
      ? inspect(url, hostSchema, options)
      : adoptDatabase(url, hostSchema, options)
  })
}

async function inspect(url: string, hostSchema: string, { json }: AdoptCommand): Promise<number> {
  const { db, close } = connect(url, { max: 1, hostSchema })
  const report = await inspectHost(db, hostSchema).finally(close)
  const output = createOutput()
  if (json) await output.printJson(report)
  else await output.print(...formatHost(report, output))
  const isImpossible = report.state === 'empty' || report.state === 'impossible'
  return isImpossible || report.lacksRights.length > 0 ? EXIT.failed : EXIT.ok
}

async function adoptDatabase(
  url: string,
  hostSchema: string,
  { json }: AdoptCommand,
): Promise<number> {
  const progress = createStepProgress(process.stderr)
  const adoption = await adoptDatabaseTables(url, {
    hostSchema,
    onWait: progress.waits,
    onStep: progress.show,
  }).finally(progress.end)
  if (adoption.adopted) {
    await installQueue(await withoutLimits(url), error => say(error.message))
  }
  const output = createOutput()
  if (json) await output.printJson(adoption)
  else await output.print(...formatAdoption(adoption, output))
  return adoption.adopted ? EXIT.ok : EXIT.failed
}

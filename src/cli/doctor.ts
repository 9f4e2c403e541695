import { runDatabaseChecks } from '../app/check-database.ts'
import { runSurroundingsChecks } from '../app/check-surroundings.ts'
import { cleanText } from '../core/render/clean-text.ts'
import { resolveTlsMode } from '../db/client/resolve-tls-mode.ts'
import { checkConfiguration } from '../doctor/configuration.ts'
import { type Finding, fail, type Status, skippedChecks, worstOf } from '../doctor/finding.ts'
import { CHECK_MS, countChecks, type RunChecksOptions } from '../doctor/run-checks.ts'
import { type Cluster, startCluster } from '../local/postgres/start-cluster.ts'
import { describeError } from './describe-error.ts'
import { LOCAL_DIRECTORY, loadConfigLenient } from './load-config.ts'
import { createOutput, type Output } from './output.ts'
import { createStepProgress } from './step-progress.ts'
import { line, type Painted } from './styles.ts'
import { hang } from './wrap.ts'

const EXITS: Record<Status, number> = { ok: 0, warn: 1, fail: 2 }

/** `doctor`: checks everything the service needs. Changes nothing. */
export async function doctor({ json = false }: { json?: boolean }): Promise<number> {
  const findings = await runAllChecks()
  const status = worstOf(findings)
  const output = createOutput()
  if (json) await output.printJson({ status, findings })
  else await output.print(...formatFindings(findings, output))
  return EXITS[status]
}

async function runAllChecks(): Promise<Finding[]> {
  const { config, faults, wrong } = await loadConfigLenient()
  const progress = createStepProgress(process.stderr)
  const show = (done: number, total: number) =>
    progress.show({ what: 'checking what the service needs', done, total })
  show(0, 0)
  const options: RunChecksOptions = {
    limitMs: CHECK_MS,
    describeError,
    ...countChecks(show),
  }
  try {
    const [database, surroundings] = await Promise.all([
      wrong.has('DATABASE_URL') || wrong.has('HOST_SCHEMA')
        ? skippedChecks(['database'], 'because the configuration has errors')
        : runChecksOfDatabase(config, options),
      runSurroundingsChecks({ config, wrong }, options),
    ])
    return [...checkConfiguration(faults, config.production), ...database, ...surroundings]
  } finally {
    progress.end()
  }
}

type Loaded = Awaited<ReturnType<typeof loadConfigLenient>>['config']

/** Starts the embedded database unless DATABASE_URL is set, as every command does. */
async function runChecksOfDatabase(loaded: Loaded, options: RunChecksOptions): Promise<Finding[]> {
  let cluster: Cluster | undefined
  try {
    const [given, directUrl] = await Promise.all(
      [loaded.databaseUrl, loaded.directUrl].map(url => (url ? resolveTlsMode(url) : undefined)),
    )
    if (!given) cluster = await startCluster({ directory: `${LOCAL_DIRECTORY}/postgres` })
    const url = given ?? cluster?.url() ?? ''
    const config = { ...loaded, databaseUrl: given, directUrl }
    return await runDatabaseChecks({ url, config, isEmbedded: !given }, options)
  } catch (error) {
    const { found, fix } = describeError(error)
    return [fail('database', found, fix)]
  } finally {
    await cluster?.stop()
  }
}

/** The width of a status and the gap after it. */
const STATUS = 6

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function formatFindings(findings: Finding[], { paint, columns }: Output): (string | Painted)[] {
  const width = columns && columns - STATUS
  const lines = findings.flatMap(({ check, status, found, fix }) => {
    const [first = '', ...more] = [
      ...hang(`${check.padEnd(14)}  `, cleanText(found, 400), width),
      ...(fix ? hang(`${' '.repeat(16)}→ `, cleanText(fix, 600), width, 'sql') : []),
    ]
    const mark = paint(COLOURS[status], status.padEnd(STATUS))
    return [line`${mark}${first}`, ...more.map(text => `${' '.repeat(STATUS)}${text}`)]
  })
  const count = (status: Status) => findings.filter(finding => finding.status === status).length
  const summary = `${count('ok')} ok, ${count('warn')} to check, ${count('fail')} to fix`
  return [...lines, '', paint(COLOURS[worstOf(findings)], summary)]
}

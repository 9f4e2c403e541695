import type { Config } from '../config/config.ts'
import { isLocalHost, readDatabaseUrl } from '../config/database-url.ts'
import { usualTiming } from '../config/timing.ts'
import { checkTable } from '../db/adopt/check-table.ts'
import { readHost } from '../db/adopt/read-host.ts'
import { connect, type Database } from '../db/client/connect.ts'
import { detectPooling, type Pooling } from '../db/client/detect-pooling.ts'
import { readClock } from '../db/doctor/read-clock.ts'
import { readConnections } from '../db/doctor/read-connections.ts'
import { readMissingRights } from '../db/doctor/read-missing-rights.ts'
import { readOpenSchemas } from '../db/doctor/read-open-schemas.ts'
import { readOpenTriggers } from '../db/doctor/read-open-triggers.ts'
import { readQueueVersion } from '../db/doctor/read-queue-version.ts'
import { readServer, type Server } from '../db/doctor/read-server.ts'
import { readStuckWork } from '../db/doctor/read-stuck-work.ts'
import { hostTables } from '../db/host-schema.ts'
import { baselineOf, readJournal, readMigrations } from '../db/migrate/migrations.ts'
import { findMissingIndexes } from '../db/migrate/missing-indexes.ts'
import { findForeignQueue, USE_QUEUE_SCHEMA } from '../db/migrate/queue-schema.ts'
import { listUnrecorded } from '../db/record/list-unrecorded.ts'
import { readWorkHealth } from '../db/runs/read-work-health.ts'
import { readProviderAccount } from '../db/send/read-provider-account.ts'
import { checkConnections } from '../doctor/connections.ts'
import { type ConnectionReading, checkDatabase, checkPooler } from '../doctor/database.ts'
import { type Finding, ok, skippedChecks } from '../doctor/finding.ts'
import { checkIndexes } from '../doctor/indexes.ts'
import { checkMigrations } from '../doctor/migrations.ts'
import { checkPrivileges } from '../doctor/privileges.ts'
import { checkQueue, checkWork } from '../doctor/queue.ts'
import { type Check, type RunChecksOptions, runChecks } from '../doctor/run-checks.ts'
import { checkSchemas, checkTriggers } from '../doctor/search-path.ts'
import { checkSending } from '../doctor/sending.ts'
import { checkTables } from '../doctor/tables.ts'
import { checkClock, checkTimeZone } from '../doctor/time.ts'
import { wantedQueueVersion } from '../queue/install-queue.ts'
import { ACCOUNT } from './circuit-log.ts'
import { guardedDeployment } from './deployment.ts'

/** Connections of a process: two pools and one to LISTEN. */
const POOLS = usualTiming.databasePool + usualTiming.queuePool + 1

/** Timeout of a query. None of these normally takes a second. */
const QUERY_MS = 4_000

export interface DatabaseChecksInput {
  url: string
  config: Config
  isEmbedded: boolean
}

/** Runs all checks that need the database. A check whose precondition fails is reported as skipped. */
export async function runDatabaseChecks(
  { url, config, isEmbedded }: DatabaseChecksInput,
  options: RunChecksOptions,
): Promise<Finding[]> {
  const { db, close, abandon } = connect(url, {
    max: 4,
    hostSchema: config.hostSchema,
    limitMs: QUERY_MS,
  })
  let server: Server | undefined
  try {
    const reached = await runChecks(
      [
        {
          name: 'database',
          async run() {
            server = await readServer(db)
            return checkDatabase(server, connectionPathOf(url, isEmbedded))
          },
        },
      ],
      options,
    )
    const { always, migrated } = checksOf(db, { url, config, isEmbedded }, server)
    const names = (checks: Check[]) => checks.map(({ name }) => name)
    if (!server) {
      const why = 'because the database is unreachable'
      return [...reached, ...skippedChecks(names([...always, ...migrated]), why)]
    }
    const isMigrated = await hasEveryMigration(db)
    const rest = await runChecks(isMigrated ? [...always, ...migrated] : always, options)
    const skipped = isMigrated
      ? []
      : skippedChecks(names(migrated), 'because migrations are missing')
    return [...reached, ...rest, ...skipped]
  } finally {
    // Do not wait for a connection that was never opened.
    await (server ? close() : abandon())
  }
}

/** `migrated`: the checks that read our own tables. */
function checksOf(
  db: Database,
  { url, config, isEmbedded }: DatabaseChecksInput,
  server: Server | undefined,
): { always: Check[]; migrated: Check[] } {
  const { hostSchema, queueSchema, retentionDays, localeColumn, deliverTo, rules } = config
  const deployment = guardedDeployment(config)
  const { role = '', timeZone = '', source = '' } = server ?? {}
  const check = (name: string, run: Check['run']): Check => ({ name, run })
  return {
    always: [
      check('pooler', async () => checkPooler(...(await findPoolers(url, config)))),
      ...(config.directUrl
        ? [check('direct url', async () => checkDirectUrl(config.directUrl ?? ''))]
        : []),
      check('privileges', async () => {
        const options = { prunes: retentionDays !== undefined, localeColumn, queueSchema }
        return checkPrivileges(role, await readMissingRights(db, role, hostSchema, options))
      }),
      check('schemas', async () =>
        checkSchemas(await readOpenSchemas(db, hostSchema, queueSchema)),
      ),
      check('triggers', async () =>
        checkTriggers(await readOpenTriggers(db, hostSchema), hostSchema),
      ),
      check('migrations', async () =>
        checkMigrations(await readMigrationsOf(db, hostSchema, isEmbedded)),
      ),
      check('tables', async () => {
        const host = await readHost(db, hostSchema)
        if (host.tables.length === 0) return []
        return checkTables(hostTables.flatMap(table => checkTable(table, host, hostSchema)))
      }),
      check('indexes', async () => {
        const { tables } = await readHost(db, hostSchema)
        if (tables.length === 0) return []
        const hasBaseline = await hasBaselineOf(db).catch(() => true)
        return checkIndexes(await findMissingIndexes(db, hostSchema), hasBaseline)
      }),
      check('time zone', async () => checkTimeZone({ timeZone, source })),
      check('clock', async () => checkClock(await readClock(db))),
      check('connections', async () => checkConnections(await readConnections(db), POOLS)),
      check('queue', async () => checkQueue(await readQueue(db, queueSchema))),
    ],
    migrated: [
      check('work', async () => {
        const [stuck, { pause }, health, unrecorded] = await Promise.all([
          readStuckWork(db, queueSchema, { deliverTo, deliverOnly: rules.deliverOnly }),
          readProviderAccount(db, ACCOUNT, deployment),
          readWorkHealth(db),
          listUnrecorded(db, { limit: 100 }),
        ])
        return checkWork({ ...stuck, health, unrecorded }, pause?.stopped === true, Date.now())
      }),
      check('sending', async () => {
        const account = await readProviderAccount(db, ACCOUNT, deployment)
        return checkSending(account, config)
      }),
    ],
  }
}

function connectionPathOf(url: string, isEmbedded: boolean): ConnectionReading {
  const { host, port, tls } = readDatabaseUrl(url)
  return {
    at: isEmbedded ? 'embedded' : `${host}:${port}`,
    isLocal: isLocalHost(host),
    isEncrypted: tls !== false,
    isVerified: tls !== false && tls.rejectUnauthorized !== false,
  }
}

async function findPoolers(url: string, config: Config): Promise<[Pooling, Pooling | null]> {
  const { pooler, directUrl } = config
  const [pooling, direct] = await Promise.all([
    pooler === 'auto' ? detectPooling(url) : pooler,
    directUrl ? detectPooling(directUrl).catch(() => null) : null,
  ])
  return [pooling, direct]
}

async function checkDirectUrl(url: string): Promise<Finding[]> {
  const { db, abandon } = connect(url, { max: 1, limitMs: QUERY_MS })
  try {
    const { role } = await readServer(db)
    return [ok('direct url', `reached at ${connectionPathOf(url, false).at}, as the role ${role}`)]
  } finally {
    await abandon()
  }
}

async function readQueue(db: Database, schema: string) {
  const wanted = wantedQueueVersion()
  const [reason, found] = await Promise.all([
    findForeignQueue(db, { name: schema, version: wanted }),
    readQueueVersion(db, schema),
  ])
  return { schema, found, wanted, foreign: reason ? { reason, fix: USE_QUEUE_SCHEMA } : null }
}

async function hasBaselineOf(db: Database): Promise<boolean> {
  return (await readJournal(db)).has(baselineOf(readMigrations()).folderMillis)
}

/** Also false if the role may not read the journal; the check of the privileges reports that. */
async function hasEveryMigration(db: Database): Promise<boolean> {
  const applied = await readJournal(db).catch(() => new Set<number>())
  return readMigrations().every(({ folderMillis }) => applied.has(folderMillis))
}

async function readMigrationsOf(db: Database, hostSchema: string, isEmbedded: boolean) {
  const migrations = readMigrations()
  const [journal, host] = await Promise.all([readJournal(db), readHost(db, hostSchema)])
  const missing = migrations.filter(({ folderMillis }) => !journal.has(folderMillis))
  return {
    hostSchema,
    isEmbedded,
    hostTables: host.tables.length,
    known: migrations.length,
    missing: missing.map(({ name }) => name),
    unknown: journal.size - (migrations.length - missing.length),
    hasBaseline: journal.has(baselineOf(migrations).folderMillis),
  }
}

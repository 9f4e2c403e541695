import type { Config } from '../config/config.ts'
import { isLocalHost, readDatabaseUrl } from '../config/database-url.ts'
import { judgeTable } from '../db/adopt/check-table.ts'
import { readHost } from '../db/adopt/read-host.ts'
import { connect, type Database } from '../db/client/connect.ts'
import { detectPooling, type Pooling } from '../db/client/detect-pooling.ts'
import { readClock } from '../db/doctor/read-clock.ts'
import { readMissingRights } from '../db/doctor/read-missing-rights.ts'
import { readOpenSchemas } from '../db/doctor/read-open-schemas.ts'
import { readOpenTriggers } from '../db/doctor/read-open-triggers.ts'
import { readQueueVersion } from '../db/doctor/read-queue-version.ts'
import { readServer, type Server } from '../db/doctor/read-server.ts'
import { readStuckWork } from '../db/doctor/read-stuck-work.ts'
import { hostTables } from '../db/host-schema.ts'
import { baselineOf, readJournal, readMigrations } from '../db/migrate/migrations.ts'
import { findMissingIndexes } from '../db/migrate/missing-indexes.ts'
import { readProviderAccount } from '../db/send/read-provider-account.ts'
import { judgeDatabase, judgePooler, type WayReading } from '../doctor/database.ts'
import { type Finding, notLookedAt, ok } from '../doctor/finding.ts'
import { judgeIndexes } from '../doctor/indexes.ts'
import { judgeMigrations } from '../doctor/migrations.ts'
import { judgePrivileges } from '../doctor/privileges.ts'
import { judgeQueue, judgeWork } from '../doctor/queue.ts'
import { type Check, type ExamineOptions, examine } from '../doctor/run-checks.ts'
import { judgeSchemas, judgeTriggers } from '../doctor/search-path.ts'
import { judgeSending } from '../doctor/sending.ts'
import { judgeTables } from '../doctor/tables.ts'
import { judgeClock, judgeTimeZone } from '../doctor/time.ts'
import { wantedQueueVersion } from '../queue/wanted-version.ts'
import { ACCOUNT } from './circuit-log.ts'

/** A query that takes longer is given up; nothing that is asked here takes a second. */
const QUERY_MS = 4_000

export interface DatabaseToExamine {
  url: string
  config: Config
  isEmbedded: boolean
}

/** All that the database can tell. Where a check needs what another one misses, it says so. */
export async function examineDatabase(
  { url, config, isEmbedded }: DatabaseToExamine,
  options: ExamineOptions,
): Promise<Finding[]> {
  const { db, close, abandon } = connect(url, {
    max: 4,
    hostSchema: config.hostSchema,
    limitMs: QUERY_MS,
  })
  let server: Server | undefined
  try {
    const reached = await examine(
      [
        {
          name: 'database',
          async look() {
            server = await readServer(db)
            return judgeDatabase(server, wayOf(url, isEmbedded))
          },
        },
      ],
      options,
    )
    const { always, migrated } = checksOf(db, { url, config, isEmbedded }, server)
    const names = (checks: Check[]) => checks.map(({ name }) => name)
    if (!server) {
      const why = 'as the database is out of reach'
      return [...reached, ...notLookedAt(names([...always, ...migrated]), why)]
    }
    const isMigrated = await hasEveryMigration(db)
    const rest = await examine(isMigrated ? [...always, ...migrated] : always, options)
    const skipped = isMigrated ? [] : notLookedAt(names(migrated), 'as migrations are missing')
    return [...reached, ...rest, ...skipped]
  } finally {
    // Nobody waits for a connection that did not come about.
    await (server ? close() : abandon())
  }
}

/** `migrated`: those that read tables of ours. */
function checksOf(
  db: Database,
  { url, config, isEmbedded }: DatabaseToExamine,
  server: Server | undefined,
): { always: Check[]; migrated: Check[] } {
  const { hostSchema, retentionDays, localeColumn } = config
  const { role = '', timeZone = '', source = '' } = server ?? {}
  const check = (name: string, look: Check['look']): Check => ({ name, look })
  return {
    always: [
      check('pooler', async () => judgePooler(...(await findPoolers(url, config)))),
      ...(config.directUrl
        ? [check('direct url', async () => lookAtDirectUrl(config.directUrl ?? ''))]
        : []),
      check('privileges', async () => {
        const options = { prunes: retentionDays !== undefined, localeColumn }
        return judgePrivileges(role, await readMissingRights(db, role, hostSchema, options))
      }),
      check('schemas', async () => judgeSchemas(await readOpenSchemas(db, hostSchema))),
      check('triggers', async () =>
        judgeTriggers(await readOpenTriggers(db, hostSchema), hostSchema),
      ),
      check('migrations', async () =>
        judgeMigrations(await readMigrationsOf(db, hostSchema, isEmbedded)),
      ),
      check('tables', async () => {
        const host = await readHost(db, hostSchema)
        if (host.tables.length === 0) return []
        return judgeTables(hostTables.flatMap(table => judgeTable(table, host, hostSchema)))
      }),
      check('indexes', async () => {
        const { tables } = await readHost(db, hostSchema)
        if (tables.length === 0) return []
        const hasBaseline = await hasBaselineOf(db).catch(() => true)
        return judgeIndexes(await findMissingIndexes(db, hostSchema), hasBaseline)
      }),
      check('time zone', async () => judgeTimeZone({ timeZone, source })),
      check('clock', async () => judgeClock(await readClock(db))),
      check('queue', async () => judgeQueue(await readQueueVersion(db), wantedQueueVersion())),
    ],
    migrated: [
      check('work', async () => {
        const [work, { pause }] = await Promise.all([
          readStuckWork(db),
          readProviderAccount(db, ACCOUNT),
        ])
        return judgeWork(work, pause?.stopped === true, Date.now())
      }),
      check('sending', async () => judgeSending(await readProviderAccount(db, ACCOUNT), config)),
    ],
  }
}

function wayOf(url: string, isEmbedded: boolean): WayReading {
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

async function lookAtDirectUrl(url: string): Promise<Finding[]> {
  const { db, abandon } = connect(url, { max: 1, limitMs: QUERY_MS })
  try {
    const { role } = await readServer(db)
    return [ok('direct url', `reached at ${wayOf(url, false).at}, as the role ${role}`)]
  } finally {
    await abandon()
  }
}

async function hasBaselineOf(db: Database): Promise<boolean> {
  return (await readJournal(db)).has(baselineOf(readMigrations()).folderMillis)
}

/** False also where the role may not look: the privileges tell why. */
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
    strange: journal.size - (migrations.length - missing.length),
    hasBaseline: journal.has(baselineOf(migrations).folderMillis),
  }
}

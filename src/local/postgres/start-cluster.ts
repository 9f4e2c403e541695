import { mkdir, realpath, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { findPackage, type PostgresPackage, runnablePrograms } from './binaries.ts'
import { ClusterError } from './cluster-error.ts'
import { ensureDatabase } from './ensure-database.ts'
import { findHome, type Home } from './home.ts'
import { initCluster, majorOf, ROLE, readPassword } from './init-cluster.ts'
import { launchServer } from './launch-server.ts'
import { addLease, isHeld } from './leases.ts'
import { withLock } from './lock.ts'
import { findLiveServer, stopServer } from './postmaster.ts'

export { ClusterError }

const DATABASE = 'tidings'
/** Room for recovery after a crash; a plain start takes a fraction of a second. */
const START_LIMIT_MS = 60_000

export interface Cluster {
  /** postgres:// URL of the given database (default 'tidings'), password included, on 127.0.0.1. */
  url(database?: string): string
  /**
   * Releases this process's hold; stops the server (fast mode, waits until it is gone) when no other
   * live process holds it. Idempotent.
   */
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** Folder of the cluster, e.g. `.tidings/postgres`. Created with mode 0700 if missing. */
  directory: string
  /** Called with one short line for each long step ('creating a PostgreSQL cluster …'). */
  onProgress?: (line: string) => void
  /** Extra server settings, e.g. { fsync: 'off' } for tests. Unused when a live server is adopted. */
  settings?: Record<string, string>
}

/**
 * Starts the embedded PostgreSQL of a folder, or joins the server that already runs there: one that
 * another process holds, or an orphan of a process that was killed. The server keeps running when
 * this process dies without `stop()`; the next start adopts it.
 *
 * Rejects with a ClusterError, which leaves no server behind that this call started.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  try {
    const source = await findPackage()
    const directory = await makeDirectory(options.directory)
    return await withLock(directory, () => start(source, { ...options, directory }))
  } catch (error) {
    if (error instanceof ClusterError || !(error instanceof Error)) throw error
    throw new ClusterError(
      `PostgreSQL could not be started in ${options.directory}: ${error.message}. ` +
        'Mend that, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    )
  }
}

async function makeDirectory(path: string): Promise<string> {
  const directory = resolve(path)
  await mkdir(dirname(directory), { recursive: true })
  await mkdir(directory, { mode: 0o700 }).catch(error => {
    if (error.code !== 'EEXIST') throw error
  })
  // One name for one folder: a running server is known by its data folder's path.
  return realpath(directory)
}

async function start(
  source: PostgresPackage,
  { directory, settings = {}, onProgress = () => undefined }: ClusterOptions,
): Promise<Cluster> {
  const deadline = Date.now() + START_LIMIT_MS
  const home = await findHome(directory)
  const found = await majorOf(home.data)
  if (found !== undefined && found !== source.major) throw wrongMajor(directory, found, source)

  let server = found === undefined ? undefined : await findLiveServer(home.data, deadline)
  const adopted = server !== undefined
  if (!server) {
    const programs = await runnablePrograms(source, home, onProgress)
    if (found === undefined) {
      onProgress(`creating a PostgreSQL cluster in ${home.folder} …`)
      await initCluster(directory, home, programs)
    }
    const log = join(directory, 'server.log')
    onProgress('starting PostgreSQL …')
    server = await launchServer({ programs, home, log, settings, deadline })
  }
  const { pid, port } = server
  try {
    const password = await readPassword(directory)
    const url = (database = DATABASE) =>
      `postgres://${ROLE}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
    await ensureDatabase(url('postgres'), DATABASE)
    const hold = await addLease(directory)
    let stopping: Promise<void> | undefined
    return {
      url,
      stop: () => {
        stopping ??= release(directory, home, hold, pid)
        return stopping
      },
    }
  } catch (error) {
    if (!adopted) await stopServer(home.data, pid)
    throw error
  }
}

async function release(directory: string, home: Home, hold: string, pid: number): Promise<void> {
  const letGo = async () => {
    await rm(hold, { force: true })
    if (!(await isHeld(directory))) await stopServer(home.data, pid)
  }
  try {
    await withLock(directory, letGo)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // The folder was removed below a running server, and every hold and lock with it.
    await letGo()
  }
}

function wrongMajor(directory: string, found: string, { major }: PostgresPackage): ClusterError {
  return new ClusterError(
    `${directory} holds the data of PostgreSQL ${found}, which PostgreSQL ${major} cannot read. ` +
      `Remove that folder to start with an empty database, or dump it with PostgreSQL ${found} ` +
      'first and restore the dump afterwards.',
  )
}

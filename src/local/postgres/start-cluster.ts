import { mkdir, realpath, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { findPackage, type PostgresPackage, runnablePrograms } from './binaries.ts'
import { ClusterError } from './cluster-error.ts'
import { ensureDatabase } from './ensure-database.ts'
import { findHome, type Home } from './home.ts'
import { initCluster, majorOf, ROLE, readPassword } from './init-cluster.ts'
import { launchServer } from './launch-server.ts'
import { addLease, hasLease } from './leases.ts'
import { withLock } from './lock.ts'
import { findLiveServer, stopServer } from './postmaster.ts'

export { ClusterError }

const DATABASE = 'tidings'
/** Enough for recovery after a crash; a normal start takes a fraction of a second. */
const START_LIMIT_MS = 60_000

export interface Cluster {
  /** The postgres:// URL of a database (default 'tidings') on 127.0.0.1, with the password. */
  url(database?: string): string
  /**
   * Releases this lease. Stops the server (fast mode) and waits until it is gone, unless another live
   * process has a lease. Idempotent.
   */
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** The folder of the cluster, such as `.tidings/postgres`. Created with mode 0700 if missing. */
  directory: string
  /** Called with a short line for each long step ('creating a PostgreSQL cluster …'). */
  onProgress?: (line: string) => void
  /** Extra server settings, such as { fsync: 'off' } for tests. Ignored if a server already runs. */
  settings?: Record<string, string>
}

/**
 * Starts the embedded PostgreSQL of a folder, or uses the server that already runs there, even one whose
 * process was killed. The server keeps running if this process dies without `stop()`. Rejects with a
 * ClusterError, and then leaves no server running that this call started.
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
        'Fix this error, or set DATABASE_URL to your own PostgreSQL.',
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
  // Resolve symbolic links, because a running server is identified by the path of its data folder.
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
  const wasRunning = server !== undefined
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
    const lease = await addLease(directory)
    let stopping: Promise<void> | undefined
    return {
      url,
      stop: () => {
        stopping ??= release(directory, home, lease, pid)
        return stopping
      },
    }
  } catch (error) {
    if (!wasRunning) await stopServer(home.data, pid)
    throw error
  }
}

async function release(directory: string, home: Home, lease: string, pid: number): Promise<void> {
  const removeLease = async () => {
    await rm(lease, { force: true })
    if (!(await hasLease(directory))) await stopServer(home.data, pid)
  }
  try {
    await withLock(directory, removeLease)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // The folder was removed while the server ran, together with all leases and the lock.
    await removeLease()
  }
}

function wrongMajor(directory: string, found: string, { major }: PostgresPackage): ClusterError {
  return new ClusterError(
    `${directory} holds the data of PostgreSQL ${found}, which PostgreSQL ${major} cannot read. ` +
      `Remove that folder to start with an empty database, or dump it with PostgreSQL ${found} ` +
      'first and restore the dump afterwards.',
  )
}

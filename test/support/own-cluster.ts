import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { connect, type Database } from '../../src/db/client/connect.ts'
import { applyMigrations } from '../../src/db/migrate/migrate.ts'
import { findPackage, runnablePrograms } from '../../src/local/postgres/binaries.ts'
import { findHome } from '../../src/local/postgres/home.ts'
import { type Postmaster, readPostmaster } from '../../src/local/postgres/postmaster.ts'
import { startCluster } from '../../src/local/postgres/start-cluster.ts'

export interface OwnCluster {
  url: string
  db: Database
  /** Stops the server in immediate mode, as a crash would, and waits until it is gone. */
  crash(): Promise<void>
  /** Restarts it on the same port. */
  restart(): Promise<void>
}

/** Starts a separate, migrated PostgreSQL server that a test can crash and restart. */
export async function openCluster(): Promise<OwnCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-own-cluster-'))
  await chmod(folder, 0o755)
  const directory = join(folder, 'postgres')
  const cluster = await startCluster({ directory, settings: { fsync: 'off' } })
  const url = cluster.url()
  await applyMigrations(url)
  const { db, close } = connect(url, { max: 2, ownSettings: true })
  onTestFinished(async () => {
    await close()
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const home = await findHome(directory)
  const programs = await runnablePrograms(await findPackage(), home, () => {})
  const postmaster = () => readPostmaster(home.data)
  const until = <T>(fact: () => Promise<T>) => vi.waitFor(fact, { timeout: 25_000, interval: 20 })
  let last: Postmaster | undefined

  return {
    url,
    db,
    async crash() {
      last = await postmaster()
      if (!last) throw new Error('there is no server to crash')
      process.kill(last.pid, 'SIGQUIT')
      await until(async () => {
        if (await postmaster()) throw new Error('the server still runs')
      })
    },
    async restart() {
      const flags = [`port=${last?.port}`, 'listen_addresses=127.0.0.1', 'fsync=off']
      const settings = [...flags, 'unix_socket_directories=', 'timezone=UTC']
      const server = spawn(
        join(programs, 'postgres'),
        ['-D', home.data, ...settings.flatMap(setting => ['-c', setting])],
        {
          uid: home.user?.uid,
          gid: home.user?.gid,
          cwd: '/',
          env: { LC_ALL: 'C' },
          detached: true,
          stdio: 'ignore',
        },
      )
      server.unref()
      await until(async () => {
        if ((await postmaster())?.status !== 'ready') throw new Error('the server is not ready')
      })
    },
  }
}

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cluster, startCluster } from '../../src/local/postgres/start-cluster.ts'

/** Functions that remove running clusters if the benchmark is interrupted. */
const running = new Set<() => Promise<void>>()

/** Removes the clusters of an interrupted benchmark. */
export async function removeClusters(): Promise<void> {
  await Promise.all([...running].map(remove => remove()))
}

/**
 * Runs `work` with a temporary PostgreSQL that has the settings of a small server. It writes to disk as in
 * production (fsync).
 */
export async function withCluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-bench-'))
  // PostgreSQL does not run as root, and its user must reach the folder.
  await chmod(directory, 0o755)
  const starting = startCluster({
    directory: join(directory, 'postgres'),
    settings: {
      shared_buffers: '1GB',
      max_wal_size: '8GB',
      shared_preload_libraries: 'pg_stat_statements',
    },
  })
  const remove = async () => {
    running.delete(remove)
    // A cluster that failed to start left no server running.
    await starting.then(cluster => cluster.stop()).catch(() => {})
    await rm(directory, { recursive: true, force: true })
  }
  running.add(remove)
  try {
    return await work(await starting)
  } finally {
    await remove()
  }
}

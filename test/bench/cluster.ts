import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cluster, startCluster } from '../../src/local/postgres/start-cluster.ts'

/** What is to be taken away when the bench is interrupted. */
const running = new Set<() => Promise<void>>()

/** Takes away what an interrupted bench leaves behind. */
export async function removeClusters(): Promise<void> {
  await Promise.all([...running].map(remove => remove()))
}

/**
 * A PostgreSQL of the bench's own, with what a small server would be given, and gone afterwards. The
 * disk is waited for as in production.
 */
export async function withCluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-bench-'))
  // PostgreSQL is not run as root, and must get there.
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
    // One that could not be started has left nothing that runs.
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

import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readPostmaster, stopServer } from '../../src/local/postgres/postmaster.ts'
import { fingerprintOf } from '../../src/local/postgres/processes.ts'

/**
 * A folder for a cluster, not made yet, below one that has this mode; the test's end removes them,
 * and the server.
 */
export async function clusterFolder(modeAbove = 0o755): Promise<string> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'tidings-cluster-')))
  await chmod(parent, modeAbove)
  const directory = join(parent, 'postgres')
  onTestFinished(async () => {
    const home = await homeOf(directory)
    await stopServer(join(home, 'data')).catch(() => undefined)
    await rm(parent, { recursive: true, force: true })
    await rm(home, { recursive: true, force: true })
  })
  return directory
}

/** Where the cluster's data are: its folder, or the one that its pointer names. */
export async function homeOf(directory: string): Promise<string> {
  return (await readFile(join(directory, 'data-location'), 'utf8').catch(() => directory)).trim()
}

/** The pid of the cluster's server; undefined when none has left a postmaster.pid. */
export async function serverPid(directory: string): Promise<number | undefined> {
  return (await readPostmaster(join(await homeOf(directory), 'data')))?.pid
}

export function isRunning(pid: number | undefined): boolean {
  return pid !== undefined && fingerprintOf(pid) !== undefined
}

/** The uid a live Linux process runs as. */
export function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readPostmaster, stopServer } from '../../src/local/postgres/postmaster.ts'
import { fingerprintOf } from '../../src/local/postgres/processes.ts'

/**
 * Returns the path of a new cluster folder below a folder with this mode. Both, and the server, are removed
 * when the test ends.
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

/** The folder of the cluster's data: its own, or the one that its pointer names. */
export async function homeOf(directory: string): Promise<string> {
  return (await readFile(join(directory, 'data-location'), 'utf8').catch(() => directory)).trim()
}

/** The pid of the cluster's server; undefined if there is no postmaster.pid. */
export async function serverPid(directory: string): Promise<number | undefined> {
  return (await readPostmaster(join(await homeOf(directory), 'data')))?.pid
}

export function isRunning(pid: number | undefined): boolean {
  return pid !== undefined && fingerprintOf(pid) !== undefined
}

/** The uid of a live Linux process. */
export function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

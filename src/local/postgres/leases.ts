import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fingerprintOf, isAlive } from './processes.ts'

/** Records that this process uses the cluster. Resolves to the file to remove when it no longer does. */
export async function addLease(directory: string): Promise<string> {
  const folder = join(directory, 'holders')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // One file per call: a process may hold two leases.
  const path = join(folder, `${process.pid}-${randomBytes(4).toString('hex')}`)
  await writeFile(path, fingerprintOf(process.pid) ?? '', { flag: 'wx' })
  return path
}

/** Whether a live process has a lease. Removes the leases of dead ones. The caller holds the lock. */
export async function hasLease(directory: string): Promise<boolean> {
  const folder = join(directory, 'holders')
  let inUse = false
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    if (isAlive(await readFile(path, 'utf8').catch(() => ''))) inUse = true
    else await rm(path, { force: true })
  }
  return inUse
}

import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fingerprintOf, isAlive } from './processes.ts'

/** Notes that this process uses the cluster; returns the file to remove when it no longer does. */
export async function addLease(directory: string): Promise<string> {
  const folder = join(directory, 'holders')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // One file a call, not a process: two holds of one process are two holds.
  const path = join(folder, `${process.pid}-${randomBytes(4).toString('hex')}`)
  await writeFile(path, fingerprintOf(process.pid) ?? '', { flag: 'wx' })
  return path
}

/** Whether a live process uses the cluster. Removes the notes of dead ones; call it under the lock. */
export async function isHeld(directory: string): Promise<boolean> {
  const folder = join(directory, 'holders')
  let held = false
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    if (isAlive(await readFile(path, 'utf8').catch(() => ''))) held = true
    else await rm(path, { force: true })
  }
  return held
}

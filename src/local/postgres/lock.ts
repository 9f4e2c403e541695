import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClusterError } from './cluster-error.ts'
import { fingerprintOf, isAlive } from './processes.ts'

const POLL_MS = 25
/** Longer than a slow first start of the process that holds the lock. */
const LIMIT_MS = 120_000

/**
 * Runs `action` while no other process (nor another call in this one) does so for this folder.
 * The lock of a process that died is passed over.
 *
 * Locks are numbered files: whoever creates the next number holds the lock, and the highest number
 * is never removed. Breaking a dead lock thus needs no deletion, which two processes could do at
 * once, the second deleting the fresh lock of the first.
 *
 * Rejects with ENOENT when `directory` is missing, with a ClusterError after two minutes of waiting.
 */
export async function withLock<T>(directory: string, action: () => Promise<T>): Promise<T> {
  const held = await acquire(join(directory, 'lock'))
  try {
    return await action()
  } finally {
    // An empty file is a free lock. The folder may be gone by now, and the lock with it.
    await truncate(held).catch(() => undefined)
  }
}

async function acquire(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o700 }).catch(error => {
    if (error.code !== 'EEXIST') throw error
  })
  const mark = fingerprintOf(process.pid) ?? String(process.pid)
  // Linked into place when complete, so that nobody reads a half-written, seemingly free lock.
  const draft = join(folder, `draft-${randomBytes(6).toString('hex')}`)
  await writeFile(draft, mark)
  try {
    const deadline = Date.now() + LIMIT_MS
    for (;;) {
      const newest = Math.max(0, ...(await numbersIn(folder)))
      const owner = newest === 0 ? '' : await ownerOf(join(folder, String(newest)))
      if (owner === undefined) continue
      if (owner === '' || !isAlive(owner)) {
        const path = join(folder, String(newest + 1))
        if (await claim(draft, path, folder)) return path
        continue
      }
      if (Date.now() > deadline) {
        throw new ClusterError(
          `Process ${owner.split(' ')[0]} has been starting or stopping PostgreSQL for two minutes ` +
            `(lock: ${folder}). Wait for that process or end it, then try again.`,
        )
      }
      await delay(POLL_MS)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Undefined when a newer lock has come since the listing, and this one was removed. */
async function ownerOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function claim(draft: string, path: string, folder: string): Promise<boolean> {
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  const mine = Number(path.slice(folder.length + 1))
  const numbers = await numbersIn(folder)
  // The number was taken from a listing that had grown old: newer locks came, this one is void.
  if (numbers.some(number => number > mine)) {
    await rm(path, { force: true })
    return false
  }
  const older = numbers.filter(number => number < mine)
  await Promise.all(older.map(number => rm(join(folder, String(number)), { force: true })))
  return true
}

async function numbersIn(folder: string): Promise<number[]> {
  return (await readdir(folder)).filter(name => /^\d+$/.test(name)).map(Number)
}

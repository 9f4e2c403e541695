import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClusterError } from './cluster-error.ts'
import { fingerprintOf, isAlive } from './processes.ts'

const POLL_MS = 25
/** Longer than the slowest first start of the process that holds the lock. */
const LIMIT_MS = 120_000

/**
 * Runs `action` under a lock on the folder; ignores the lock of a dead process. Locks are numbered files:
 * the highest number holds the lock and is never removed, so breaking a dead lock deletes nothing. Rejects
 * with ENOENT if `directory` is missing, and with a ClusterError after two minutes.
 */
export async function withLock<T>(directory: string, action: () => Promise<T>): Promise<T> {
  const held = await acquire(join(directory, 'lock'))
  try {
    return await action()
  } finally {
    // An empty file is a free lock. The folder may have been removed together with the lock.
    await truncate(held).catch(() => undefined)
  }
}

async function acquire(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o700 }).catch(error => {
    if (error.code !== 'EEXIST') throw error
  })
  const fingerprint = fingerprintOf(process.pid) ?? String(process.pid)
  // Linked into place when complete, since a half-written lock would look free.
  const draft = join(folder, `draft-${randomBytes(6).toString('hex')}`)
  await writeFile(draft, fingerprint)
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

/** Undefined if this lock was removed because a newer one was created. */
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
  // The listing was outdated and newer locks exist, so this one is void.
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

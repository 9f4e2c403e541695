import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClusterError } from './cluster-error.ts'
import { fingerprintOf, hasArgument, isAlive } from './processes.ts'

export const POLL_MS = 15
/** A fast shutdown rolls back transactions and writes a checkpoint, which takes long on a slow disk. */
const FAST_LIMIT_MS = 30_000
const IMMEDIATE_LIMIT_MS = 10_000
/** Higher than the maximum pid of every system, so never that of a live process. */
const NO_PID = '2147483647'

/** The content of the server's `postmaster.pid`. */
export interface Postmaster {
  pid: number
  port: number
  status: string
}

/** Undefined if there is no server, or if it has not finished writing the file. */
export async function readPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!(pid > 0)) return undefined
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' }
}

/**
 * Resolves to the live server of a data folder; undefined if there is none. Waits until a starting server
 * is ready, or a stopping one is gone. Throws a ClusterError after `deadline` (ms since the epoch).
 */
export async function findLiveServer(
  data: string,
  deadline: number,
): Promise<Postmaster | undefined> {
  for (;;) {
    const server = await readPostmaster(data)
    if (!server || !hasArgument(server.pid, data)) return undefined
    if (server.status === 'ready') return server
    if (Date.now() > deadline) {
      throw new ClusterError(
        `The PostgreSQL server of ${data} (process ${server.pid}) is "${server.status}" and does ` +
          `not become ready. Stop it (kill -QUIT ${server.pid}) and try again.`,
      )
    }
    await delay(POLL_MS)
  }
}

/**
 * Invalidates the `postmaster.pid` of a dead server, in case another process or a zombie now has its pid.
 * The file must stay: by its shared memory key a new server detects processes of the old one that still
 * write to the data.
 */
export async function invalidateStalePid(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(() => '')
  const end = text.indexOf('\n')
  if (end < 0 || hasArgument(Number(text.slice(0, end)), data)) return
  // Written in place, so that the file still belongs to the server's user.
  const file = await open(path, 'r+')
  try {
    const rest = `${NO_PID}${text.slice(end)}`
    await file.write(rest, 0)
    await file.truncate(Buffer.byteLength(rest))
  } finally {
    await file.close()
  }
}

/**
 * Stops the server of a data folder (fast mode) and waits until it is gone. After 30 s it stops the server
 * immediately, which then recovers from its write-ahead log at the next start. `lastKnown` is its pid, in
 * case the folder was removed.
 */
export async function stopServer(data: string, lastKnown?: number): Promise<void> {
  const pid = (await readPostmaster(data))?.pid ?? lastKnown
  if (pid === undefined) return
  if (await endsAfter('SIGINT', FAST_LIMIT_MS, pid, data)) return
  if (await endsAfter('SIGQUIT', IMMEDIATE_LIMIT_MS, pid, data)) return
  throw new ClusterError(
    `The PostgreSQL server of ${data} does not stop. Stop process ${pid} manually (kill -QUIT ${pid}).`,
  )
}

async function endsAfter(
  signal: NodeJS.Signals,
  limit: number,
  pid: number,
  data: string,
): Promise<boolean> {
  // An exiting process has no arguments any more, so identify it by its fingerprint.
  const fingerprint = fingerprintOf(pid)
  if (fingerprint === undefined || !hasArgument(pid, data)) return true
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  const deadline = Date.now() + limit
  while (isAlive(fingerprint)) {
    if (Date.now() > deadline) return false
    await delay(POLL_MS)
  }
  return true
}

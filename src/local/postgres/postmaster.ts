import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClusterError } from './cluster-error.ts'
import { fingerprintOf, hasArgument, isAlive } from './processes.ts'

export const POLL_MS = 15
/** A fast shutdown rolls back what runs and writes a checkpoint: long on a slow disk. */
const FAST_LIMIT_MS = 30_000
const IMMEDIATE_LIMIT_MS = 10_000
/** Above every system's highest pid, so never that of a live process. */
const NO_PID = '2147483647'

/** What the server's main process says of itself in `postmaster.pid`. */
export interface Postmaster {
  pid: number
  port: number
  status: string
}

/** Undefined when there is no server, or it has only begun to write the file. */
export async function readPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!(pid > 0)) return undefined
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' }
}

/**
 * The live server of a data folder once it is ready; undefined when there is none. Waits for one
 * that is starting, and until one that is stopping is gone. Throws a ClusterError after `deadline`
 * (milliseconds since the epoch).
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
          `not become ready. End it (kill -QUIT ${server.pid}) and try again.`,
      )
    }
    await delay(POLL_MS)
  }
}

/**
 * Makes the `postmaster.pid` of a server that died harmless. PostgreSQL does that itself, unless
 * another process was given the same pid, or a zombie has it. The file must stay: its shared memory
 * key is how a new server learns that processes of the old one still write to the data.
 */
export async function invalidateStalePid(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(() => '')
  const end = text.indexOf('\n')
  if (end < 0 || hasArgument(Number(text.slice(0, end)), data)) return
  // Written in place: the file must still belong to the server's user.
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
 * Stops the server of a data folder and returns when it is gone. Clients are cut off (fast mode);
 * a server that does not stop within half a minute is stopped at once and recovers from its
 * write-ahead log at the next start. `lastKnown` is its pid in case the folder has been removed.
 */
export async function stopServer(data: string, lastKnown?: number): Promise<void> {
  const pid = (await readPostmaster(data))?.pid ?? lastKnown
  if (pid === undefined) return
  if (await endsAfter('SIGINT', FAST_LIMIT_MS, pid, data)) return
  if (await endsAfter('SIGQUIT', IMMEDIATE_LIMIT_MS, pid, data)) return
  throw new ClusterError(
    `The PostgreSQL server of ${data} does not stop. End process ${pid} by hand (kill -QUIT ${pid}).`,
  )
}

async function endsAfter(
  signal: NodeJS.Signals,
  limit: number,
  pid: number,
  data: string,
): Promise<boolean> {
  // A process that is just ending has no arguments any more, but is not gone yet: follow its mark.
  const mark = fingerprintOf(pid)
  if (mark === undefined || !hasArgument(pid, data)) return true
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  const deadline = Date.now() + limit
  while (isAlive(mark)) {
    if (Date.now() > deadline) return false
    await delay(POLL_MS)
  }
  return true
}

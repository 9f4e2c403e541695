import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClusterError, logTail } from './cluster-error.ts'
import type { Home } from './home.ts'
import {
  findLiveServer,
  invalidateStalePid,
  POLL_MS,
  type Postmaster,
  readPostmaster,
  stopServer,
} from './postmaster.ts'

/**
 * Transient errors: the free port was taken meanwhile, processes of a killed server still run, or the
 * server of a start that was killed a moment ago still comes up.
 */
const TRANSIENT =
  /Address already in use|pre-existing shared memory block|"postmaster.pid" already exists/
const RETRY_MS = 50

export interface LaunchOptions {
  programs: string
  home: Home
  log: string
  settings: Record<string, string>
  /** Milliseconds since the epoch. */
  deadline: number
}

/**
 * Starts a server on a free port of 127.0.0.1 and resolves when it accepts connections. The server outlives
 * this process and does not get the terminal's Ctrl-C. Throws a ClusterError with the end of the server's
 * log if it does not start; then no server is left running.
 */
export async function launchServer(options: LaunchOptions): Promise<Postmaster> {
  const { home, log, deadline } = options
  await invalidateStalePid(home.data)
  // Keep the log of a crashed server for one more start.
  await rename(log, log.replace(/\.log$/, '.previous.log')).catch(() => undefined)
  for (;;) {
    const before = await stat(log).then(
      ({ size }) => size,
      () => 0,
    )
    const server = await attempt(options)
    if (server) return server
    const output = (await readFile(log)).subarray(before).toString()
    if (!TRANSIENT.test(output) || Date.now() > deadline) throw await failure(log, 'exited at once')
    await delay(RETRY_MS)
    const other = await findLiveServer(home.data, deadline)
    if (other) return other
  }
}

/** Undefined if the server exited before it was ready. */
async function attempt(options: LaunchOptions): Promise<Postmaster | undefined> {
  const { home, log, deadline } = options
  const child = spawnServer(options, await freePort())
  let spawnError: Error | undefined
  child.on('error', error => {
    spawnError = error
  })
  for (;;) {
    const server = await readPostmaster(home.data)
    if (server?.pid === child.pid && server?.status === 'ready') return server
    if (spawnError) throw new ClusterError(`PostgreSQL cannot be started: ${spawnError.message}.`)
    if (child.exitCode !== null || child.signalCode !== null) return undefined
    if (Date.now() > deadline) {
      await stopServer(home.data, child.pid)
      throw await failure(log, 'did not become ready in time and was stopped')
    }
    await delay(POLL_MS)
  }
}

function spawnServer({ programs, home, log, settings }: LaunchOptions, port: number): ChildProcess {
  const fixed = {
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
  }
  const flags = Object.entries(fixed).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const output = openSync(log, 'a', 0o600)
  try {
    const child = spawn(join(programs, 'postgres'), ['-D', home.data, ...flags], {
      uid: home.user?.uid,
      gid: home.user?.gid,
      cwd: '/',
      // Not our environment: PGDATA, PGPORT or an unknown LC_ALL would affect the server.
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      // Its own session and process group, and no stream that closes with this process.
      detached: true,
      stdio: ['ignore', output, output],
    })
    child.unref()
    return child
  } finally {
    closeSync(output)
  }
}

async function failure(log: string, what: string): Promise<ClusterError> {
  return new ClusterError(
    `The PostgreSQL server ${what}. The end of its log (${log}):\n${await logTail(log)}\n` +
      'Fix this error and start again, or set DATABASE_URL to your own PostgreSQL.',
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

import { spawn } from 'node:child_process'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { onTestFinished, vi } from 'vitest'
import { serverUser } from '../../src/local/postgres/os-user.ts'
import { findTool } from './tools.ts'

export interface PgBouncer {
  /** The URL of the database through the pooler. */
  url: string
  /** Kills it together with every connection through it. */
  kill(): Promise<void>
  /** Restarts it on the same port. */
  start(): Promise<void>
  /** The current numbers of clients and of connections to the server. */
  connections(): Promise<{ clients: number; servers: number }>
}

export interface PgBouncerOptions {
  mode?: 'transaction' | 'session'
  /** The maximum number of connections to the server. */
  poolSize?: number
}

/**
 * Starts a PgBouncer in front of a database, with its default settings except for pool mode and size. It
 * ignores no startup parameter and keeps no prepared statement.
 */
export async function startPgBouncer(
  databaseUrl: string,
  { mode = 'transaction', poolSize = 5 }: PgBouncerOptions = {},
): Promise<PgBouncer> {
  const upstream = new URL(databaseUrl)
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'tidings-pgbouncer-'))
  const { username, password } = upstream
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    pool_mode: mode,
    default_pool_size: poolSize,
    // The service's pools are larger than the pooler's.
    max_client_conn: 200,
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'users'),
    admin_users: username,
    logfile: join(folder, 'log'),
  }
  const ini = [
    '[databases]',
    `* = host=${upstream.hostname} port=${upstream.port} user=${username} password=${password}`,
    '[pgbouncer]',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ]
  await writeFile(join(folder, 'pgbouncer.ini'), `${ini.join('\n')}\n`)
  await writeFile(join(folder, 'users'), `"${username}" "${password}"\n`)
  // Like PostgreSQL, it refuses to run as root.
  const user = serverUser()
  if (user) await chown(folder, user.uid, user.gid)
  await chmod(folder, 0o755)

  const through = new URL(databaseUrl)
  through.hostname = '127.0.0.1'
  through.port = String(port)
  let child: ReturnType<typeof spawn> | undefined
  const start = async () => {
    child = spawn(findTool('pgbouncer') ?? 'pgbouncer', [join(folder, 'pgbouncer.ini')], {
      env: { PATH: process.env.PATH },
      cwd: '/',
      stdio: 'ignore',
      ...(user && { uid: user.uid, gid: user.gid }),
    })
    await vi.waitFor(() => query('show version'), { timeout: 10_000, interval: 30 })
  }
  const kill = async () => {
    const ended = child
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return
    const exited = new Promise(resolve => ended.once('exit', resolve))
    ended.kill('SIGKILL')
    await exited
  }
  const query = async (command: string) => {
    const console = new URL(through)
    console.pathname = '/pgbouncer'
    // Its console supports only the simple protocol and has no array types.
    const sql = postgres(console.href, { max: 1, prepare: false, fetch_types: false })
    try {
      return await sql.unsafe(command).simple()
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
  onTestFinished(async () => {
    await kill()
    await rm(folder, { recursive: true, force: true })
  })
  await start()
  const count = async (what: 'servers' | 'clients') =>
    (await query(`show ${what}`)).filter(row => row.database === upstream.pathname.slice(1)).length
  return {
    url: through.href,
    kill,
    start,
    connections: async () => ({ clients: await count('clients'), servers: await count('servers') }),
  }
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

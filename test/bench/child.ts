import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Reply } from './gauge.ts'

const GAUGE = new URL('gauge.ts', import.meta.url).href
/** A service finishes requests in flight before it exits. */
const STOP_LIMIT_MS = 30_000

/** A child process that answers questions of the benchmark. */
export interface Child {
  process: ChildProcess
  /** Rejects if the process exits before it answers. */
  ask<T>(name: string, input?: unknown): Promise<T>
  /** The processor time of all its threads so far, in milliseconds. */
  cpuMs(): Promise<number>
  /** The peak of resident memory so far, in megabytes. */
  peakMb(): Promise<number>
  stop(): Promise<void>
}

/** Starts Node with these arguments, in a folder without our `.env`. */
export function startChild(args: string[], env: Record<string, string> = {}): Child {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--import=${GAUGE}`, ...args],
    {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let lastId = 0
  child.on('message', (reply: Reply) => {
    const request = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('error' in reply) request?.reject(new Error(reply.error))
    else request?.resolve(reply.value)
  })
  const exited = once(child, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) {
      reject(new Error(`${args.at(-1)} has exited (${code ?? signal})`))
    }
  })
  const ask = <T>(name: string, input?: unknown) => {
    const answer = Promise.withResolvers<unknown>()
    lastId += 1
    waiting.set(lastId, answer)
    child.send({ id: lastId, name, input }, error => error && answer.reject(error))
    return answer.promise as Promise<T>
  }
  return {
    process: child,
    ask,
    async cpuMs() {
      const { user, system } = await ask<NodeJS.CpuUsage>('cpu')
      return (user + system) / 1_000
    },
    async peakMb() {
      // On Linux the process's own maxRSS starts with the size of its parent process.
      const kilobytes = readPeak(child.pid) ?? (await ask<number>('peak'))
      return (kilobytes * 1_024) / 1e6
    },
    async stop() {
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
      await exited
      clearTimeout(kill)
    },
  }
}

/** The peak according to Linux, in kilobytes; undefined on other systems. */
function readPeak(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1])
}

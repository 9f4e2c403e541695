import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Reply } from './gauge.ts'

const GAUGE = new URL('gauge.ts', import.meta.url).href
/** A service lets requests under way end first. */
const STOP_LIMIT_MS = 30_000

/** A process of the bench's that can be asked how it is. */
export interface Child {
  process: ChildProcess
  /** Rejects when the process ends instead of answering. */
  ask<T>(name: string, input?: unknown): Promise<T>
  /** Processor time that all its threads have used so far, in milliseconds. */
  cpuMs(): Promise<number>
  /** The most memory that was resident at once so far, in megabytes. */
  peakMb(): Promise<number>
  stop(): Promise<void>
}

/** Starts Node with these arguments, in a folder where no `.env` of ours lies. */
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
  let asked = 0
  child.on('message', (reply: Reply) => {
    const asker = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('error' in reply) asker?.reject(new Error(reply.error))
    else asker?.resolve(reply.value)
  })
  const exited = once(child, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) {
      reject(new Error(`${args.at(-1)} has ended (${code ?? signal})`))
    }
  })
  const ask = <T>(name: string, input?: unknown) => {
    const answer = Promise.withResolvers<unknown>()
    asked += 1
    waiting.set(asked, answer)
    child.send({ id: asked, name, input }, error => error && answer.reject(error))
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
      // What the process itself counts would begin, on Linux, with the size of who has started it.
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

/** Linux's own account, in kilobytes; undefined on other systems. */
function readPeak(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1])
}

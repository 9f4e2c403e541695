import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('./node-process.ts', import.meta.url))
const API_TOKEN = 'chaos-api-token'

export interface ServiceNode {
  child: ChildProcess
  /** The log lines so far. */
  lines(): string[]
  /** Resolves to its URL when it listens. */
  listening: Promise<string>
  /** Starts a run over HTTP. Resolves to false if that fails. */
  startRun(type?: string): Promise<boolean>
  kill(): Promise<void>
  /** Sends SIGTERM. Resolves to the exit code, or null if a signal ended it. */
  stop(): Promise<number | null>
}

/** Starts a service process with short timeouts. Its backends have the application name `service`. */
export function startNode(
  databaseUrl: string,
  baseUrl: string,
  env: Record<string, string> = {},
): ServiceNode {
  const named = new URL(databaseUrl)
  named.searchParams.set('application_name', 'service')
  const child = spawn(process.execPath, [ENTRY], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: named.href,
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: baseUrl,
      EMAIL_FROM: 'Tidings <tidings@example.com>',
      API_TOKEN,
      CRON_SECRET: 'chaos-cron-secret',
      LINK_SECRET: 'chaos-link-secret',
      RATE_LIMIT: '1000',
      SCHEDULE: 'off',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>()
  listening.catch(() => {})
  const onOutput = (chunk: Buffer) => {
    text += chunk
    const url = /"url":"(http[^"]+)","msg":"listening"/.exec(text)?.[1]
    if (url) resolve(url)
  }
  child.stdout?.on('data', onOutput)
  child.stderr?.on('data', onOutput)
  const exited = once(child, 'exit').then(([code]): number | null => {
    reject(new Error(`the service ended before it listened:\n${text}`))
    return code
  })
  return {
    child,
    lines: () => text.split('\n').filter(Boolean),
    listening,
    async startRun(type = 'all') {
      const url = await listening.catch(() => undefined)
      if (!url) return false
      const answer = await fetch(`${url}/v1/runs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ type }),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined)
      return answer?.status === 202
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

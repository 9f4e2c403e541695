import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type postgres from 'postgres'
import { type Child, startChild } from './child.ts'

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
/** The Node flags of `npm start`. */
export const SHIPPED_FLAGS = readShippedFlags()
const API_TOKEN = 'bench-api-token'.padEnd(32, '-')
const START_LIMIT_MS = 60_000

/** The compiled service in a child process. */
export interface Service extends Child {
  url: string
  /** The number of batches it has sent, counted in its log. */
  attempts(): number
  /** Starts a run over HTTP. Resolves to its id. */
  startRun(options?: { dryRun?: boolean }): Promise<string>
  /** Waits until a run has ended. */
  ended(sql: postgres.Sql, runId: string): Promise<void>
}

export interface ServiceOptions {
  databaseUrl: string
  /** The URL of the mailbox's API. */
  baseUrl: string
  env?: Record<string, string>
}

function readShippedFlags(): string[] {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { scripts } = JSON.parse(text) as { scripts: { start: string } }
  const flags = / node (.*)dist\/main\.js/.exec(scripts.start)?.[1] ?? ''
  return flags.split(' ').filter(Boolean)
}

/** The environment of `serve`. */
export function environmentOf({ databaseUrl, baseUrl, env }: ServiceOptions) {
  return {
    DATABASE_URL: databaseUrl,
    RESEND_API_KEY: 're_bench',
    RESEND_BASE_URL: baseUrl,
    EMAIL_FROM: 'EPTSS <hello@example.com>',
    APP_NAME: 'EPTSS',
    APP_URL: 'https://example.com',
    PUBLIC_URL: 'https://mail.example.com',
    API_TOKEN,
    CRON_SECRET: 'bench-cron-secret'.padEnd(32, '-'),
    LINK_SECRET: 'bench-link-secret'.padEnd(32, '-'),
    SCHEDULE: 'off',
    PORT: '0',
    ...env,
  }
}

/** Starts `serve` and waits until it is ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const child = startChild([...SHIPPED_FLAGS, MAIN, 'serve'], environmentOf(options))
  const log = readLog(child)
  try {
    const url = await log.listening
    await untilReady(url)
    return {
      ...child,
      url,
      attempts: log.attempts,
      async startRun({ dryRun = false } = {}) {
        const answer = await fetch(`${url}/v1/runs`, {
          method: 'POST',
          headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify({ type: 'all', dryRun }),
        })
        if (answer.status !== 202) throw new Error(`no run: ${await answer.text()}`)
        return ((await answer.json()) as { id: string }).id
      },
      async ended(sql, runId) {
        for (;;) {
          const [run] = await sql`select status from tidings.runs where id = ${runId}`
          if (run?.status === 'completed') return
          if (run?.status === 'failed' || child.process.exitCode !== null) {
            throw new Error(`the run did not complete:\n${log.tail()}`)
          }
          await delay(50)
        }
      },
    }
  } catch (error) {
    await child.stop()
    throw error
  }
}

/** Counts logged attempts, and keeps the last lines for error messages. */
function readLog({ process: child }: Child) {
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>()
  const lines: string[] = []
  let attempts = 0
  let rest = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    const read = `${rest}${chunk}`.split('\n')
    rest = read.pop() ?? ''
    for (const line of read) {
      if (line.includes('"msg":"attempt"')) attempts += 1
      const url = listeningAt(line)
      if (url) resolve(url)
    }
    lines.push(...read)
    lines.splice(0, lines.length - 30)
  })
  const tail = () => lines.join('\n')
  child.once('exit', () => reject(new Error(`the service ended before it listened:\n${tail()}`)))
  return { listening, tail, attempts: () => attempts }
}

/** The URL in a `listening` line of the log. */
export function listeningAt(line: string): string | undefined {
  return /"url":"(http[^"]+)".*"msg":"listening"/.exec(line)?.[1]
}

/** Waits until `/health/ready` answers 200. */
export async function untilReady(url: string): Promise<void> {
  const end = Date.now() + START_LIMIT_MS
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.status === 200) return
    if (Date.now() > end) throw new Error(`not ready: ${await answer?.text()}`)
    await delay(10)
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

export interface ServiceProcess {
  child: ChildProcess
  /** The output so far. */
  output(): string
  kill(): Promise<void>
}

/** Starts the compiled service as a child process, killed when the test ends. */
export function startServiceProcess(
  args: string[],
  databaseUrl: string,
  baseUrl: string,
  env: Record<string, string> = {},
): ServiceProcess {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: baseUrl,
      EMAIL_FROM: 'Tidings <tidings@example.com>',
      API_TOKEN: 'a',
      CRON_SECRET: 'b',
      LINK_SECRET: 'c',
      RATE_LIMIT: '1000',
      SCHEDULE: 'off',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout?.on('data', chunk => (text += chunk))
  child.stderr?.on('data', chunk => (text += chunk))
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  return { child, output: () => text, kill }
}

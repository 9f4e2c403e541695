import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'

const AS_TERMINAL = new URL('./as-terminal.ts', import.meta.url).href
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Command {
  child: ChildProcess
  /** The output so far. */
  output(): string
  /** Resolves to the first match in the output, as soon as there is one. */
  says(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>
  ended: Promise<Ended>
}

export interface CommandOptions {
  cwd: string
  /** Its environment, besides PATH. */
  env?: Record<string, string>
  /** Makes its output look like a terminal with this many columns. */
  columns?: number
}

/** Creates a working directory for commands; removed when the test ends. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tidings-cli-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Starts the compiled command as a child process, killed when the test ends. */
export function start(args: string[], { cwd, env = {}, columns }: CommandOptions): Command {
  const terminal = columns ? ['--import', AS_TERMINAL] : []
  const child = spawn(process.execPath, [...terminal, MAIN, ...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      ...(columns && { TERM: 'xterm-256color', TEST_COLUMNS: String(columns) }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout?.on('data', chunk => (text.stdout += chunk))
  child.stderr?.on('data', chunk => (text.stderr += chunk))
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...text }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const output = () => text.stdout + text.stderr
  return {
    child,
    output,
    ended,
    says: (pattern, withinMs = 25_000) =>
      vi.waitFor(
        () => {
          const found = pattern.exec(output())
          if (!found) throw new Error(`${args.join(' ')} has not printed ${pattern}:\n${output()}`)
          return found
        },
        { timeout: withinMs, interval: 30 },
      ),
  }
}

/** Runs a command to its end. */
export function tidings(args: string[], options: CommandOptions): Promise<Ended> {
  return start(args, options).ended
}

/** A line of a stack trace of Node. */
export const STACK = /^\s+at .+:\d+/m

// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins every escape
export const ANSI = /\u001b\[/

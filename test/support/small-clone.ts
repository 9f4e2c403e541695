import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface SmallClone {
  folder: string
  /** Writes a file of the clone. */
  write(path: string, text: string): Promise<void>
  read(path: string): Promise<string>
  spawn(args?: string[]): ChildProcess
  /** Runs `tidings` from a folder outside the clone. */
  run(args?: string[]): Promise<Ended>
}

/** Creates a clone with the real launcher and compiler, but small sources that compile quickly. */
export async function makeClone(sources: Record<string, string>): Promise<SmallClone> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tidings-clone-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const name of ['launcher', 'package.json', 'tsconfig.json']) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true })
  }
  const modules = join(folder, 'node_modules')
  await mkdir(modules)
  for (const name of ['typescript', '@types']) {
    await symlink(join(ROOT, 'node_modules', name), join(modules, name))
  }
  const write = async (path: string, text: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  for (const [path, text] of Object.entries(sources)) await write(path, text)
  const start = (args: string[] = []) => {
    const child = spawn(process.execPath, [join(folder, 'launcher/tidings.js'), ...args], {
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }
  return {
    folder,
    write,
    read: path => readFile(join(folder, path), 'utf8'),
    spawn: start,
    run: args => ended(start(args)),
  }
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const text = { stdout: '', stderr: '' }
  child.stdout?.on('data', chunk => (text.stdout += chunk))
  child.stderr?.on('data', chunk => (text.stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, ...text }
}

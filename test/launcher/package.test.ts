import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import packageLock from '../../package-lock.json' with { type: 'json' }
import { createDatabase } from '../support/database.ts'
import { findTool, requireTool } from '../support/tools.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const packages: Record<string, unknown> = packageLock.packages
/** The top-level packages of a production installation; nested ones come with them. */
const needed = Object.entries(packages as Record<string, { dev?: boolean; optional?: boolean }>)
  .filter(([path, { dev, optional }]) => path && !dev && !optional)
  .map(([path]) => path)
  .filter(path => path.lastIndexOf('node_modules/') === 0)

/** Unpacks the output of `npm pack` next to the packages that it needs, and no others. */
async function installPackage(folder: string): Promise<string> {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT })
  const [file = ''] = await readdir(folder)
  await run(findTool('tar') ?? '', ['-xzf', join(folder, file), '-C', folder])
  for (const path of needed) {
    const link = join(folder, 'package', path)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(ROOT, path), link)
  }
  const command = join(folder, 'package', packageJson.bin.tidings)
  // npm does the same for every `bin`.
  await chmod(command, 0o755)
  return command
}

test('the packed command runs without sources, compiler and other packages', {
  timeout: 240_000,
}, async context => {
  requireTool('tar')(context)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tidings-package-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const command = await installPackage(folder)
  const { ownerUrl } = await createDatabase({ template: 'template0' })
  const options = {
    cwd: folder,
    env: {
      // For the `env node` of the command's first line.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      // Otherwise Node would resolve further packages from our own node_modules.
      NODE_OPTIONS: '--preserve-symlinks',
      DATABASE_URL: ownerUrl,
      PORT: '0',
    },
  }

  expect((await run(command, ['--help'], options)).stdout).toContain('Usage: tidings')
  expect((await run(command, ['migrate'], options)).stdout).toMatch(/^migrations applied: \d+\n$/)
  const preview = await run(command, ['preview', 'new_notifications'], options)
  expect(preview.stdout).toContain('Subject:')
  expect(JSON.parse((await run(command, ['audit', '--json'], options)).stdout)).toEqual([])

  const service = spawn(command, ['serve'], { ...options, stdio: ['ignore', 'inherit', 'pipe'] })
  onTestFinished(() => void service.kill('SIGKILL'))
  const exited = once(service, 'exit')
  // The server logs an earlier line, before the process handles signals.
  await new Promise<void>(resolve => {
    let log = ''
    service.stderr.on('data', chunk => {
      log += chunk
      if (log.includes('"msg":"listening"')) resolve()
    })
  })
  service.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

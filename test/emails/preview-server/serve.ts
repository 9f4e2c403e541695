// npm run email -- [--port N]: React Email's preview server, with every sample as each email
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { emailTypes } from '../../../src/core/email-type.ts'
import { sampleNames } from '../../../src/emails/preview/samples.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '3030' } } })
const root = resolve(import.meta.dirname, '../../..')

/**
 * The server is a Next.js application of 450 MB that is only needed to edit templates. It is not in our lock
 * file, but installed on first use in a directory that git ignores. It needs `react-email` and
 * `@react-email/ui` of exactly the same version.
 */
const directory = join(root, '.tidings/email-preview')
const packages = requiredPackages()
const stamp = join(directory, 'fetched.json')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== JSON.stringify(packages)) {
  console.log(`installing React Email's preview server once (450 MB): ${packages.join(' ')}`)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--save-exact']
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: directory, stdio: 'inherit' })
  writeFileSync(stamp, JSON.stringify(packages))
}

const entries = join(directory, 'emails')
rmSync(entries, { recursive: true, force: true })
mkdirSync(entries)
for (const type of emailTypes) {
  mkdirSync(join(entries, type))
  for (const sample of sampleNames) {
    // Each entry is one page of the server and shows one sample.
    const entry = `import { show } from '../../../../test/emails/preview-server/entry.ts'
export default function Email() {
  return show('${type}', '${sample}')
}
`
    writeFileSync(join(entries, type, `${sample}.tsx`), entry)
  }
}

const email = join(directory, 'node_modules/.bin/email')
const server = spawn(email, ['dev', '--dir', 'emails', '--port', values.port], {
  cwd: directory,
  stdio: ['ignore', 'inherit', 'inherit'],
  // Its own process group, so that the child that the command starts is also stopped.
  detached: true,
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => process.kill(-(server.pid ?? 0), 'SIGINT'))
}
server.on('exit', code => {
  process.exitCode = code ?? 0
})

function requiredPackages(): string[] {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const own = { ...dependencies, ...devDependencies }
  const react = ['react', 'react-dom', 'react-email'].map(name => `${name}@${own[name]}`)
  return [...react, `@react-email/ui@${own['react-email']}`]
}

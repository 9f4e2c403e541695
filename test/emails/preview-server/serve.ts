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
 * The server is a Next.js application of 450 MB, which only who edits templates needs: it is kept out
 * of our own lock file, in a folder that git ignores, and fetched when it is first asked for. It wants
 * `react-email` and its own `@react-email/ui` at exactly the same version.
 */
const room = join(root, '.tidings/email-preview')
const wanted = packagesWanted()
const stamp = join(room, 'fetched.json')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== JSON.stringify(wanted)) {
  console.log(`fetching React Email's preview server, once (450 MB): ${wanted.join(' ')}`)
  rmSync(room, { recursive: true, force: true })
  mkdirSync(room, { recursive: true })
  writeFileSync(join(room, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--save-exact']
  execFileSync('npm', ['install', ...flags, ...wanted], { cwd: room, stdio: 'inherit' })
  writeFileSync(stamp, JSON.stringify(wanted))
}

const entries = join(room, 'emails')
rmSync(entries, { recursive: true, force: true })
mkdirSync(entries)
for (const type of emailTypes) {
  mkdirSync(join(entries, type))
  for (const sample of sampleNames) {
    // One entry is one page of the server; all that is in it is which sample it shows.
    const entry = `import { show } from '../../../../test/emails/preview-server/entry.ts'
export default function Email() {
  return show('${type}', '${sample}')
}
`
    writeFileSync(join(entries, type, `${sample}.tsx`), entry)
  }
}

const email = join(room, 'node_modules/.bin/email')
const server = spawn(email, ['dev', '--dir', 'emails', '--port', values.port], {
  cwd: room,
  stdio: ['ignore', 'inherit', 'inherit'],
  // A group of its own: the command starts itself again as a child, and would leave that running.
  detached: true,
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => process.kill(-(server.pid ?? 0), 'SIGINT'))
}
server.on('exit', code => {
  process.exitCode = code ?? 0
})

function packagesWanted(): string[] {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const own = { ...dependencies, ...devDependencies }
  const react = ['react', 'react-dom', 'react-email'].map(name => `${name}@${own[name]}`)
  return [...react, `@react-email/ui@${own['react-email']}`]
}

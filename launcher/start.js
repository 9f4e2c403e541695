const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const nodeFlags = require('./node-flags.json')

const root = join(__dirname, '..')
const missing = nodeFlags.filter(flag => !process.execArgv.includes(flag))

// V8 fixes the size of its young generation when a process starts; docs/performance.md shows the effect.
// `execve` replaces the process, so that signals reach the service. Windows does not have it.
if (process.argv[2] === 'serve' && missing.length > 0 && process.execve) {
  const flags = [...process.execArgv, ...missing]
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)])
}

// A published package has no sources.
if (!existsSync(join(root, 'src')) || require('./build.js').build(root)) {
  import(pathToFileURL(join(root, 'dist', 'main.js')).href)
} else {
  process.exitCode = 78
}

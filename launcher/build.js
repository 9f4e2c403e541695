const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const { dirname, join } = require('node:path')
const { fingerprint, listFiles, listSources } = require('./sources.js')

/** Contains the fingerprint of the sources that `dist` was compiled from. */
const STAMP = join('dist', '.sources')
/** The compiler's state for incremental builds. */
const BUILD_INFO = '.tsbuildinfo'
const STAGING = '.build-'
const WAIT_MS = 120_000

const compilerOf = root => join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const hasCompiler = root => fs.existsSync(compilerOf(root))

/** Compiles changed sources. On failure, prints the reason on standard error and returns false. */
function build(root) {
  if (isCurrent(root)) return true
  if (!hasCompiler(root)) {
    console.error(
      'Tidings is not compiled from the current sources, and there is no compiler: run `npm ci`.',
    )
    return false
  }
  try {
    fs.mkdirSync(join(root, 'dist'), { recursive: true })
    using _ = lock(join(root, 'dist', '.lock'))
    return isCurrent(root) || compile(root)
  } catch (error) {
    console.error(`Tidings could not be compiled: ${/** @type {Error} */ (error).message}`)
    return false
  }
}

function isCurrent(root) {
  return isComplete(root) && readStamp(root) === fingerprint(root)
}

const isComplete = root => fs.existsSync(join(root, 'dist', 'main.js'))

function readStamp(root) {
  try {
    return fs.readFileSync(join(root, STAMP), 'utf8')
  } catch {
    return ''
  }
}

/** Locks a file through SQLite. The system releases the lock even if the process crashes. */
function lock(file) {
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(file, { timeout: WAIT_MS })
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    throw new Error('another process is still compiling', { cause: error })
  }
  return database
}

/** Compiles into a staging directory, so that no process runs an incomplete file. */
function compile(root) {
  console.error('Compiling the sources …')
  // Before the compilation: later changes are compiled at the next start.
  const sources = fingerprint(root)
  removeStaging(root)
  // Next to `dist`, because source maps and build info contain relative paths.
  const staging = fs.mkdtempSync(join(root, STAGING))
  try {
    const buildInfo = join(root, 'dist', BUILD_INFO)
    if (isComplete(root) && fs.existsSync(buildInfo)) {
      fs.copyFileSync(buildInfo, join(staging, BUILD_INFO))
    }
    if (!runCompiler(root, staging)) return false
    publish(root, staging)
    fs.writeFileSync(join(root, STAMP), sources)
    return true
  } finally {
    removeStaging(root)
  }
}

function runCompiler(root, staging) {
  const settings = ['--noEmit', 'false', '--noEmitOnError', '--incremental']
  const paths = ['--outDir', staging, '--tsBuildInfoFile', join(staging, BUILD_INFO)]
  const { status, error } = spawnSync(
    process.execPath,
    [compilerOf(root), '--project', root, ...settings, ...paths],
    // Standard output is reserved for the command that runs next.
    { cwd: root, stdio: ['ignore', 2, 2] },
  )
  if (error) throw error
  return status === 0
}

/** Moves the compiled files into `dist`, each one atomically. */
function publish(root, staging) {
  const dist = join(root, 'dist')
  fs.rmSync(join(root, STAMP), { force: true })
  for (const path of listFiles(staging)) {
    fs.mkdirSync(dirname(join(dist, path)), { recursive: true })
    fs.renameSync(join(staging, path), join(dist, path))
  }
  const sources = new Set(listSources(root).map(path => path.replace(/\.tsx?$/, '.js')))
  for (const path of listFiles(dist)) {
    if (!sources.has(path.replace(/\.map$/, ''))) fs.rmSync(join(dist, path))
  }
  // Last: after a crash before this, the compiler writes all files again.
  fs.renameSync(join(staging, BUILD_INFO), join(dist, BUILD_INFO))
}

function removeStaging(root) {
  for (const name of fs.readdirSync(root)) {
    if (name.startsWith(STAGING)) fs.rmSync(join(root, name), { recursive: true, force: true })
  }
}

module.exports = { build, hasCompiler }

if (require.main === module) process.exitCode = build(join(__dirname, '..')) ? 0 : 78

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const { dirname, join } = require('node:path')
const { fingerprint, listFiles, listSources } = require('./sources.js')

/** Which sources `dist` was compiled from: a fingerprint. */
const STAMP = join('dist', '.sources')
/** What the compiler remembers of them. */
const MEMORY = '.tsbuildinfo'
const STAGING = '.build-'
const WAIT_MS = 120_000

const compilerOf = root => join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const hasCompiler = root => fs.existsSync(compilerOf(root))

/** Compiles what has changed. False where it cannot be done, which it says on standard error. */
function build(root) {
  if (isCurrent(root)) return true
  if (!hasCompiler(root)) {
    console.error(
      'Tidings is not compiled from the sources beside it, and there is no compiler: run `npm ci`.',
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

/** SQLite's lock on a file: the system lifts it when its process ends, however it ends. */
function lock(file) {
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(file, { timeout: WAIT_MS })
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    throw new Error('another process is still at it', { cause: error })
  }
  return database
}

/** Compiles into a folder of its own, so that nobody ever runs a file that is half written. */
function compile(root) {
  console.error('Compiling the sources …')
  // Taken first: what changes from now on is compiled at the next start.
  const sources = fingerprint(root)
  removeStaging(root)
  // Beside `dist`: the paths in source maps and in the compiler's memory are relative.
  const staging = fs.mkdtempSync(join(root, STAGING))
  try {
    const memory = join(root, 'dist', MEMORY)
    if (isComplete(root) && fs.existsSync(memory)) {
      fs.copyFileSync(memory, join(staging, MEMORY))
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
  const places = ['--outDir', staging, '--tsBuildInfoFile', join(staging, MEMORY)]
  const { status, error } = spawnSync(
    process.execPath,
    [compilerOf(root), '--project', root, ...settings, ...places],
    // Standard output belongs to the command that is to run.
    { cwd: root, stdio: ['ignore', 2, 2] },
  )
  if (error) throw error
  return status === 0
}

/** Moves what was compiled into `dist`, file by file, each in one step. */
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
  // Last: were it here before all files are, the compiler would not write the others again.
  fs.renameSync(join(staging, MEMORY), join(dist, MEMORY))
}

function removeStaging(root) {
  for (const name of fs.readdirSync(root)) {
    if (name.startsWith(STAGING)) fs.rmSync(join(root, name), { recursive: true, force: true })
  }
}

module.exports = { build, hasCompiler }

if (require.main === module) process.exitCode = build(join(__dirname, '..')) ? 0 : 78

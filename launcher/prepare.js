// Runs at the end of `npm ci` and `npm install`, even if they install no compiler.
const { join } = require('node:path')
const versionError = require('./node-version.js')()
const root = join(__dirname, '..')

if (versionError) {
  console.error(versionError)
} else {
  const { build, hasCompiler } = require('./build.js')
  if (hasCompiler(root) && !build(root)) process.exitCode = 78
}

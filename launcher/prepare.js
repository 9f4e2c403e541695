// Runs at the end of `npm ci` and `npm install`, also of those that install no compiler.
const { join } = require('node:path')
const complaint = require('./node-version.js')()
const root = join(__dirname, '..')

if (complaint) {
  console.error(complaint)
} else {
  const { build, hasCompiler } = require('./build.js')
  if (hasCompiler(root) && !build(root)) process.exitCode = 78
}

#!/usr/bin/env node
'use strict'
// The command `tidings`. An old Node must be able to parse this file.
const versionError = require('./node-version.js')()
if (versionError) {
  console.error(versionError)
  process.exitCode = 78
} else {
  require('./start.js')
}

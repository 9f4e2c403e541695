#!/usr/bin/env node
'use strict'
// The command `tidings`. A Node that is too old must be able to read this file.
const complaint = require('./node-version.js')()
if (complaint) {
  console.error(complaint)
  process.exitCode = 78
} else {
  require('./start.js')
}

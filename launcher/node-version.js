'use strict'
const required = require('../package.json').engines.node.replace('>=', '')

/** Returns an error message if Node is too old, or null. An old Node must be able to parse this file. */
module.exports = function versionError() {
  const current = process.versions.node
  if (current.localeCompare(required, 'en', { numeric: true }) >= 0) return null
  return `Tidings needs Node ${required} or newer, but this is Node ${current}. In a clone, \`npm ci\` installs one that \`npx tidings\` uses.`
}

'use strict'
const wanted = require('../package.json').engines.node.replace('>=', '')

/** What to tell about a Node that is too old, or null. Such a Node must be able to read this file. */
module.exports = function complaint() {
  const given = process.versions.node
  if (given.localeCompare(wanted, 'en', { numeric: true }) >= 0) return null
  return `Tidings needs Node ${wanted} or newer, and this is Node ${given}. In a clone, \`npm ci\` installs one that \`npx tidings\` uses.`
}

const { readlinkSync, rmSync, symlinkSync } = require('node:fs')
const { join } = require('node:path')

const TARGET = join('..', '..', 'launcher', 'bin', 'tidings')

/**
 * Puts the command where `npx` looks first. Had package.json a `bin`, `npx` would find the command by
 * itself, but read all of node_modules at each call: a second of processor time. `directories.bin` is
 * for those who install the package.
 */
module.exports = function linkCommand(root) {
  const link = join(root, 'node_modules', '.bin', 'tidings')
  try {
    if (readLink(link) === TARGET) return
    rmSync(link, { force: true })
    symlinkSync(TARGET, link)
  } catch {
    // No right to write there, or no symbolic links: `npm run tidings` needs none.
  }
}

function readLink(path) {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}

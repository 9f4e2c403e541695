const { hash } = require('node:crypto')
const { readdirSync, readFileSync } = require('node:fs')
const { join } = require('node:path')

/** The files below a folder, by their paths in it. Hidden ones are editors', or the build's own. */
function listFiles(folder, inside = '') {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap(entry => {
    const path = join(inside, entry.name)
    if (entry.name.startsWith('.')) return []
    if (entry.isDirectory()) return listFiles(folder, path)
    return entry.isFile() ? [path] : []
  })
}

function listSources(root) {
  return listFiles(join(root, 'src')).filter(path => /\.tsx?$/.test(path))
}

/**
 * Tells one state of the sources from another. It reads their text, not their times: a restored file,
 * a copy or another branch may be older than the build.
 */
function fingerprint(root) {
  const paths = ['tsconfig.json', ...listSources(root).map(path => join('src', path))]
  const texts = paths.sort().map(path => `${path}\0${readFileSync(join(root, path), 'latin1')}\0`)
  return hash('sha256', texts.join(''))
}

module.exports = { fingerprint, listFiles, listSources }

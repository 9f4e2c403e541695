const { hash } = require('node:crypto')
const { readdirSync, readFileSync } = require('node:fs')
const { join } = require('node:path')

/** The files below a directory, as relative paths, without hidden ones (editors' and the build's own). */
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
 * Identifies a state of the sources. Uses their content and not their times, because a restored file, a
 * copy or another branch can be older than the build.
 */
function fingerprint(root) {
  const paths = ['tsconfig.json', ...listSources(root).map(path => join('src', path))]
  const texts = paths.sort().map(path => `${path}\0${readFileSync(join(root, path), 'latin1')}\0`)
  return hash('sha256', texts.join(''))
}

module.exports = { fingerprint, listFiles, listSources }

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeFolder } from '../support/command.ts'

const COUNT = new URL('count-loads.ts', import.meta.url).href
const dist = (path: string) => new URL(`../../dist/${path}`, import.meta.url)
const LOAD_SERVICE = `await import('${dist('cli/serve.js').href}')`
const SHORTENED = `
  const { shortenResolution } = await import('${dist('cli/shorten-resolution.js').href}')
  shortenResolution()`

/** The modules that a process loaded, and the specifiers of Drizzle that Node resolved. */
async function loads(args: string[]): Promise<{ loaded: string[]; resolved: string[] }> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--import=${COUNT}`, ...args],
    // Commands write their files to the working directory.
    { cwd: await makeFolder(), maxBuffer: 1e8 },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const run = (script: string) => loads(['--input-type=module', '--eval', script])

test('the same files are loaded', async () => {
  const [plain, shortened] = await Promise.all([
    run(LOAD_SERVICE),
    run(`${SHORTENED}; ${LOAD_SERVICE}`),
  ])
  const hook = dist('cli/shorten-resolution.js').href
  expect(plain.loaded.filter(url => url.includes('/drizzle-orm/')).length).toBeGreaterThan(50)
  expect(shortened.loaded.filter(url => url !== hook)).toEqual(plain.loaded)
})

test('a command resolves each Drizzle import once, and no relative import', async () => {
  const main = fileURLToPath(dist('main.js'))
  const { loaded, resolved } = await loads([main, 'preview', 'new_notifications'])
  expect(loaded.filter(url => url.includes('/drizzle-orm/')).length).toBeGreaterThan(50)
  expect(resolved.toSorted()).toEqual([...new Set(resolved)].toSorted())
  expect(resolved.filter(specifier => specifier.startsWith('.'))).toEqual([])
})

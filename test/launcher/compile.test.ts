import { existsSync } from 'node:fs'
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ended, makeClone, type SmallClone } from '../support/small-clone.ts'

const COMPILING = 'Compiling the sources …\n'
const SOURCES = {
  'src/main.ts': "import { word } from './words/word.ts'\nconsole.log(word)\n",
  'src/words/word.ts': "export const word: string = 'first'\n",
}
const sourceOf = (word: string) => `export const word: string = '${word}'\n`

/** Changes whenever the file is written again. */
const inode = async (clone: SmallClone, path: string) => (await stat(join(clone.folder, path))).ino
const leftovers = async (clone: SmallClone) =>
  (await readdir(clone.folder)).filter(name => name.startsWith('.build-'))

test('the first start compiles, and the next one does not', async () => {
  const clone = await makeClone(SOURCES)
  expect(await clone.run()).toEqual({ code: 0, stdout: 'first\n', stderr: COMPILING })
  const written = await inode(clone, 'dist/main.js')

  expect(await clone.run()).toEqual({ code: 0, stdout: 'first\n', stderr: '' })
  expect(await inode(clone, 'dist/main.js')).toBe(written)
  expect(await leftovers(clone)).toEqual([])
})

test('only a changed source is compiled, even if it is older than the build', async () => {
  const clone = await makeClone({ ...SOURCES, 'src/other.ts': 'export const other = 1\n' })
  await clone.run()
  const written = await inode(clone, 'dist/other.js')
  await clone.write('src/words/word.ts', sourceOf('other'))
  await utimes(join(clone.folder, 'src/words/word.ts'), 0, 0)

  expect(await clone.run()).toEqual({ code: 0, stdout: 'other\n', stderr: COMPILING })
  expect(await inode(clone, 'dist/other.js')).toBe(written)
})

test('a source with only a new modification time is not compiled', async () => {
  const clone = await makeClone(SOURCES)
  await clone.run()
  const later = new Date(Date.now() + 60_000)
  await utimes(join(clone.folder, 'src/main.ts'), later, later)
  expect((await clone.run()).stderr).toBe('')
})

test('the output of a deleted source is deleted', async () => {
  const clone = await makeClone(SOURCES)
  await clone.run()
  await rm(join(clone.folder, 'src/words'), { recursive: true })
  // The types come from a declaration, so the compiler succeeds and only Node misses the file.
  await clone.write('src/words.d.ts', "declare module '*word.js' { export const word: string }\n")
  await clone.write('src/main.ts', "import { word } from './words/word.js'\nconsole.log(word)\n")

  const { code, stderr } = await clone.run()
  expect(stderr).toContain('ERR_MODULE_NOT_FOUND')
  expect(code).toBe(1)
  expect(existsSync(join(clone.folder, 'dist/words/word.js'))).toBe(false)
  expect(existsSync(join(clone.folder, 'dist/words/word.js.map'))).toBe(false)
})

test('all sources are compiled after dist was deleted', async () => {
  const clone = await makeClone(SOURCES)
  await clone.run()
  await rm(join(clone.folder, 'dist'), { recursive: true })
  expect((await clone.run()).stdout).toBe('first\n')
})

test('if several commands start at the same time, one compiles and all run its output', async () => {
  const clone = await makeClone(SOURCES)
  await clone.run()
  await clone.write('src/words/word.ts', sourceOf('other'))

  const all = await Promise.all(Array.from({ length: 4 }, () => clone.run()))
  expect(all.map(({ stdout }) => stdout)).toEqual(Array(4).fill('other\n'))
  expect(all.map(({ stderr }) => stderr).join('')).toBe(COMPILING)
})

test('an error in the sources ends the start and leaves dist unchanged', async () => {
  const clone = await makeClone(SOURCES)
  await clone.run()
  const built = await clone.read('dist/words/word.js')
  await clone.write('src/words/word.ts', 'export const word: string = 1\n')

  const { code, stdout, stderr } = await clone.run()
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
  expect(stderr).toMatch(/src\/words\/word\.ts.*TS2322/)
  expect(await clone.read('dist/words/word.js')).toBe(built)

  await clone.write('src/words/word.ts', sourceOf('fixed'))
  expect((await clone.run()).stdout).toBe('fixed\n')
})

test('a start that is killed during compilation does not block the next one', async () => {
  const clone = await makeClone(SOURCES)
  const killed = clone.spawn()
  await vi.waitFor(async () => expect(await leftovers(clone)).not.toEqual([]), {
    timeout: 20_000,
    interval: 1,
  })
  killed.kill('SIGKILL')
  await ended(killed)

  expect(await clone.run()).toEqual({ code: 0, stdout: 'first\n', stderr: COMPILING })
  expect(await leftovers(clone)).toEqual([])
})

test('files that were moved before a start was killed are compiled again', async () => {
  const clone = await makeClone(SOURCES)
  await clone.run()
  await clone.write('src/words/word.ts', sourceOf('other'))
  // The state after the stamp was removed and one of two files was moved.
  await rm(join(clone.folder, 'dist/.sources'))
  await clone.write('dist/words/word.js', 'export const word = ')

  expect((await clone.run()).stdout).toBe('other\n')
})

test('without the compiler, compiled sources run and changed ones are refused', async () => {
  const clone = await makeClone(SOURCES)
  await clone.run()
  await rm(join(clone.folder, 'node_modules/typescript'))
  expect((await clone.run()).stdout).toBe('first\n')

  await clone.write('src/words/word.ts', sourceOf('other'))
  const { code, stdout, stderr } = await clone.run()
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
  expect(stderr).toMatch(/^Tidings is not compiled .* run `npm ci`\.\n$/)
})
